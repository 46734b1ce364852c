import { expect, test } from 'vitest';
import { resolveContext } from '../context/context-handle.ts';
import type { PrivateNames } from '../context/private-attributes.ts';
import { observationLimits } from './observation-limits.ts';
import { createSeenAttributes } from './seen-attributes.ts';
import type { SeenAttribute } from './usage-item.ts';

function newSeen() {
  const seen = createSeenAttributes();
  return {
    ...seen,
    see: (context: object, privateNames: readonly string[] = [], withValues = true) => {
      const names: PrivateNames = new Set(privateNames);
      seen.observe(resolveContext(context), names, withValues);
    },
    reported: () => {
      const pieces: (readonly SeenAttribute[])[] = [];
      seen.report((contexts) => pieces.push(contexts) > 0);
      return pieces;
    },
  };
}

const namesOf = (pieces: readonly (readonly SeenAttribute[])[]) =>
  pieces.flat().map(({ kind, attribute, types }) => `${kind}: ${attribute} ${types.join('+')}`);

test('Attributes of every kind are told with their types and the ways into objects, and never a key', () => {
  const { see, reported } = newSeen();
  see({
    targetingKey: 'u-1',
    kind: 'user',
    assignments: { s: 'on' },
    privateAttributes: ['nothing'],
    plan: 'pro',
    age: 4,
    address: { country: 'DE', geo: { lat: 1 } },
    'a/b': true,
    tags: ['x'],
    absent: undefined,
    org: { key: 'acme', seats: 4 },
  });
  see({ targetingKey: 'u-2', plan: 5 });
  expect(namesOf(reported())).toEqual([
    'user: plan string+number',
    'user: age number',
    'user: address object',
    'user: /address/country string',
    'user: /address/geo object',
    'user: a/b boolean',
    'user: tags list',
    'org: seats number',
  ]);
  expect(reported()).toEqual([]);
});

test('Of a private attribute neither name nor value is told, whoever says that it is private', () => {
  const { see, reported } = newSeen();
  const address = { country: 'DE', street: 'Secret Lane 1' };
  for (const user of ['u-1', 'u-2', 'u-3']) {
    const own = { privateAttributes: ['email', '/address/street'], email: 'secret@example.org', address };
    see({ targetingKey: user, plan: 'pro', phone: '007', org: { key: 'acme', size: 'secret' }, ...own }, ['phone', 'org']);
  }
  const pieces = reported();
  expect(namesOf(pieces)).toEqual(['user: plan string', 'user: address object', 'user: /address/country string']);
  expect(JSON.stringify(pieces)).not.toMatch(/secret|007|acme|street/i);
});

test('A value is told once three units had it, as often as it was seen; without leave none is', () => {
  const { see, reported } = newSeen();
  const valuesOf = () => reported().flat()[0]?.values;
  const pro = (user: string) => see({ targetingKey: user, plan: 'pro' });
  for (let index = 0; index < 10; index++) pro('u-1');
  pro('u-2');
  expect(valuesOf()).toBeUndefined();
  pro('u-3');
  see({ targetingKey: 'u-4', plan: 'mine' });
  expect(valuesOf()).toEqual([{ value: 'pro', count: 12 }]);
  const silent = newSeen();
  for (let index = 0; index < 5; index++) silent.see({ targetingKey: `u-${index}`, plan: 'pro' }, [], false);
  expect(silent.reported()).toEqual([[{ kind: 'user', attribute: 'plan', types: ['string'] }]]);
});

test('An attribute with more values than the limit, or one that is too long, tells none', () => {
  const withValues = (values: readonly string[]) => {
    const { see, reported } = newSeen();
    for (const user of ['1', '2', '3']) for (const plan of values) see({ targetingKey: user, plan });
    return reported().flat()[0]?.values?.length;
  };
  const values = Array.from({ length: observationLimits.valuesPerAttribute }, (_, index) => `v${index}`);
  expect(withValues(values)).toBe(values.length);
  expect(withValues([...values, 'one more'])).toBeUndefined();
  expect(withValues(['x'.repeat(observationLimits.valueLength)])).toBe(1);
  expect(withValues(['x'.repeat(observationLimits.valueLength + 1)])).toBeUndefined();
});

test('As many attributes are noted as the limit says, told in pieces, and again after they were forgotten', () => {
  const { see, reported, clear } = newSeen();
  const many = { targetingKey: 'u', ...Object.fromEntries(Array.from({ length: 501 }, (_, index) => [`a${index}`, 1])) };
  see(many);
  const pieces = reported();
  expect(pieces.flat()).toHaveLength(observationLimits.attributes);
  expect(pieces[0]).toHaveLength(observationLimits.attributesPerItem);
  clear();
  see({
    targetingKey: 'u',
    a0: 1,
    ['n'.repeat(observationLimits.nameLength)]: 1,
    ['n'.repeat(observationLimits.nameLength + 1)]: 1,
  });
  expect(reported().flat()).toHaveLength(2);
});

test('What could not be handed over stays to be told', () => {
  const seen = createSeenAttributes();
  seen.observe(resolveContext({ targetingKey: 'u', plan: 'pro' }), new Set(), false);
  seen.report(() => false);
  const told: unknown[] = [];
  seen.report((contexts) => told.push(...contexts) > 0);
  expect(told).toHaveLength(1);
});
