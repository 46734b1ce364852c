import { observationLimits, propertyPath } from '@stitchd/core';
import { expect, test } from 'vitest';
import { describedProperties } from './described-properties.ts';
import { pathBelow } from './event-property.ts';
import { seenProperties } from './seen-properties.ts';

const facts = (properties: ReturnType<typeof seenProperties>) =>
  properties.map(({ path, types, values }) => [path, [...types].toSorted(), values]);
const event = (unit: number, properties: object) => ({ unit: String(unit), properties: JSON.stringify(properties) });

test('A definition names properties at every depth, with their types and the values that it lists', () => {
  const schema = {
    type: 'object',
    properties: {
      plan: { enum: ['free', 'pro', 3, null] },
      cart: { type: 'object', properties: { total: { type: ['integer', 'null'] }, 'a.b': { const: true } } },
      tags: { type: 'array', items: { type: 'string' } },
      any: {},
      never: false,
      '': { type: 'string' },
    },
  };
  expect(facts(describedProperties(schema))).toEqual([
    ['plan', ['number', 'string'], ['free', 'pro', 3]],
    ['cart.total', ['number'], []],
    [String.raw`cart.a\.b`, ['boolean'], [true]],
    ['tags', ['list'], []],
    ['any', [], []],
  ]);
  expect(describedProperties({ properties: true })).toEqual([]);
});

test('A path that is suggested is one that filters read as the same names', () => {
  const names = ['a.b', String.raw`c\d`, 'é'];
  expect(propertyPath(names.reduce<string | undefined>(pathBelow, undefined) ?? '')).toEqual(names);
});

test('What events had is told by how many had it, with values that several units had, the most frequent first', () => {
  const plans = ['pro', 'pro', 'pro', 'pro', 'free', 'free', 'free', 'own', 'own'];
  const events = plans.map((plan, unit) =>
    event(unit, { plan, cart: { total: unit, paid: true }, ...(unit > 6 && { list: [1] }) }),
  );
  expect(facts(seenProperties(events, true))).toEqual([
    ['cart.paid', ['boolean'], [true]],
    ['cart.total', ['number'], []],
    ['plan', ['string'], ['pro', 'free']],
    ['list', ['list'], []],
  ]);
  // One unit that does something often is still one.
  expect(
    facts(
      seenProperties(
        [1, 1, 1].map((unit) => event(unit, { name: 'Anna', gone: null })),
        true,
      ),
    ),
  ).toEqual([['name', ['string'], []]]);
  expect(facts(seenProperties(events, false)).flatMap(([, , values]) => values)).toEqual([]);
});

test('A property with more values than are told, or a longer one, is told without any', () => {
  const { valuesPerAttribute, valueLength, unitsPerValue } = observationLimits;
  const each = (values: readonly string[]) =>
    values.flatMap((value) => Array.from({ length: unitsPerValue }, (_, unit) => event(unit, { value })));
  const valuesOf = (values: readonly string[]) => seenProperties(each(values), true)[0]?.values.length;
  const many = Array.from({ length: valuesPerAttribute + 1 }, (_, index) => `v${index}`);
  expect(valuesOf(many.slice(1))).toBe(valuesPerAttribute);
  expect(valuesOf(many)).toBe(0);
  expect(valuesOf(['x'.repeat(valueLength)])).toBe(1);
  expect(valuesOf(['y', 'x'.repeat(valueLength + 1)])).toBe(0);
});
