import { expect, test } from 'vitest';
import { eventServiceLimits } from '../limits.ts';
import type { JsonObject } from './check-schema.ts';
import { compileSchema, schemaProblems } from './compile-schema.ts';

const limits = eventServiceLimits.propertiesSchema;
const pathsOf = (schema: JsonObject) => schemaProblems(schema, 's').map(({ path }) => path);

const order: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  required: ['currency'],
  additionalProperties: false,
  properties: {
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    items: { type: 'array', items: { $ref: '#/$defs/item' } },
    paidAt: { type: 'string', format: 'date-time' },
  },
  $defs: { item: { type: 'object', properties: { price: { type: 'number', minimum: 0 } } } },
};

test('Properties that fit their schema have no problem; of others the place and the reason are told', () => {
  expect(schemaProblems(order, 's')).toEqual([]);
  const problemOf = compileSchema(order);
  expect(problemOf({ currency: 'EUR', items: [{ price: 1 }], paidAt: '2026-05-10T12:00:00Z' })).toBeUndefined();
  expect(problemOf({})).toBe("properties must have required property 'currency'");
  expect(problemOf({ currency: 'Euro' })).toBe('properties/currency must match pattern "^[A-Z]{3}$"');
  expect(problemOf({ currency: 'EUR', items: [{ price: 1 }, { price: -1 }] })).toBe('properties/items/1/price must be >= 0');
  expect(problemOf({ currency: 'EUR', colour: 'red' })).toBe('properties must NOT have additional properties (colour)');
  expect(problemOf({ currency: 'EUR', paidAt: 'now' })).toBe('properties/paidAt must match format "date-time"');
});

test('What an object has by inheritance is none of its properties', () => {
  expect(compileSchema({ required: ['toString'] })({})).toBe("properties must have required property 'toString'");
});

test.for<[string, JsonObject, readonly string[]]>([
  ['a reference to elsewhere', { $ref: 'https://example.org/schema' }, ['s/$ref']],
  ['a reference to nothing', { $ref: '#/$defs/missing' }, ['s/$ref']],
  ['a reference to itself', { $ref: '#/$defs/a', $defs: { a: { items: { $ref: '#/$defs/a' } } } }, ['s/$ref/items/$ref']],
  ['an id', { $id: 'https://example.org/schema' }, ['s/$id']],
  ['another dialect', { $schema: 'http://json-schema.org/draft-07/schema#' }, ['s/$schema']],
  ['an unknown keyword', { properties: { a: { colour: 'red' } } }, ['s/properties/a/colour']],
  ['a pattern that looks around', { properties: { a: { pattern: '(?=a)' } } }, ['s/properties/a/pattern']],
  ['such a pattern of names', { patternProperties: { '(?!a)': {} } }, ['s/patternProperties/(?!a)']],
  ['a pattern that compiles to very much', { pattern: '(a{1000}){1}' }, ['s/pattern']],
  ['an unknown format', { format: 'idn-email' }, ['s/format']],
  ['unique items without an end', { uniqueItems: true }, ['s/uniqueItems']],
  ['unique items within the bound', { uniqueItems: true, maxItems: limits.uniqueItems }, []],
  ['one more than the bound', { uniqueItems: true, maxItems: limits.uniqueItems + 1 }, ['s/uniqueItems']],
  ['a type that there is not', { properties: { a: { type: 'money' } } }, ['s/properties/a/type']],
  ['a list where an object is due', { properties: [] }, ['s/properties']],
  ['a condition without its condition', JSON.parse('{"then":{}}') as JsonObject, ['s']],
])('%s', ([, schema, paths]) => {
  expect(pathsOf(schema)).toEqual(paths);
});

test('A schema is taken at its limits of bytes, depth and schemas, and refused above each', () => {
  const filled = (bytes: number): JsonObject => ({ description: 'd'.repeat(bytes - '{"description":""}'.length) });
  expect(pathsOf(filled(limits.bytes))).toEqual([]);
  expect(pathsOf(filled(limits.bytes + 1))).toEqual(['s']);
  const nested = (depth: number): JsonObject => (depth === 0 ? {} : { items: nested(depth - 1) });
  expect(pathsOf(nested(limits.depth))).toEqual([]);
  expect(pathsOf(nested(limits.depth + 1))).toHaveLength(1);
  const wide = (schemas: number): JsonObject => ({ allOf: Array.from({ length: schemas - 1 }, () => ({})) });
  expect(pathsOf(wide(limits.schemas))).toEqual([]);
  expect(pathsOf(wide(limits.schemas + 1))).toEqual(['s']);
});

test('References that multiply are counted as often as they are followed', () => {
  const twice = (name: string): JsonObject => ({ allOf: [{ $ref: `#/$defs/${name}` }, { $ref: `#/$defs/${name}` }] });
  const chain = Object.fromEntries([...Array(15).keys()].map((n) => [`d${n}`, n === 14 ? {} : twice(`d${n + 1}`)]));
  expect(pathsOf({ ...twice('d0'), $defs: chain })).toContain('s');
});

test('A text as long as the limit may match a pattern, a longer one never does', () => {
  const problemOf = compileSchema({ properties: { text: { pattern: '^a+$' } } });
  expect(problemOf({ text: 'a'.repeat(limits.patternTextLength) })).toBeUndefined();
  expect(problemOf({ text: 'a'.repeat(limits.patternTextLength + 1) })).toContain('must match pattern');
});
