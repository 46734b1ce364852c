import fc from 'fast-check';
import { expect, test } from 'vitest';
import { attributeReader } from './attribute-reader.ts';
import { ContextHandle, createContextHandle, resolveContext } from './context-handle.ts';
import { maxContextDepth, maxContextValues } from './context-limits.ts';
import { unreadable } from './plain-object.ts';
import { hashed, unitSource } from './unit-source.ts';
import { unitText } from './unit-text.ts';

const context = {
  targetingKey: 'u-42',
  plan: 'pro',
  address: { country: 'DE', 'a/b': { '~': 1 }, list: ['x'] },
  org: { key: 'acme', seats: 40, owner: { key: 'boss' } },
  odd: { key: 5 },
  '/slash': 'literal',
};

function read(kind: string, attribute: string, input: object = context): unknown {
  return attributeReader(kind, attribute)(resolveContext(input));
}

test('The top level belongs to the kind user and its key is the targeting key', () => {
  expect(read('user', 'key')).toBe('u-42');
  expect(read('user', 'targetingKey')).toBe('u-42');
  expect(read('user', 'plan')).toBe('pro');
  expect(read('device', 'plan')).toBeUndefined();
});

test('An object with a string key is another kind, addressable by it and not an attribute', () => {
  expect(read('org', 'key')).toBe('acme');
  expect(read('org', 'seats')).toBe(40);
  expect(read('user', 'org')).toBeUndefined();
  expect(read('user', '/org/seats')).toBeUndefined();
  expect(read('org', '/owner/key')).toBe('boss');
});

test('An object without a string key is a nested attribute', () => {
  expect(read('odd', 'key')).toBeUndefined();
  expect(read('user', '/odd/key')).toBe(5);
});

test('A path goes through objects only, with the escapes of JSON pointers', () => {
  expect(read('user', '/address/country')).toBe('DE');
  expect(read('user', '/address/a~1b/~0')).toBe(1);
  expect(read('user', '/address/list/0')).toBeUndefined();
  expect(read('user', '/address/country/length')).toBeUndefined();
  expect(read('user', '/address/absent/deeper')).toBeUndefined();
  expect(read('user', '/~1slash')).toBe('literal');
});

test('Names that every object inherits are read only where they are the context’s own', () => {
  for (const name of ['constructor', 'toString', '__proto__', 'hasOwnProperty', '/__proto__/x', '/address/constructor']) {
    expect(read('user', name), name).toBeUndefined();
    expect(read('org', name), name).toBeUndefined();
    expect(read('constructor', name), name).toBeUndefined();
  }
  const own: object = JSON.parse('{"__proto__":"mine","toString":"own","constructor":{"key":"k","x":1}}');
  expect(read('user', '__proto__', own)).toBe('mine');
  expect(read('user', 'toString', own)).toBe('own');
  expect(read('constructor', 'x', own)).toBe(1);
});

test('A top-level kind says whose the top level is', () => {
  const device = {
    kind: 'device',
    targetingKey: 'd-1',
    os: 'linux',
    user: { key: 'u-1', plan: 'free' },
    device: { key: 'shadowed' },
  };
  expect(read('device', 'key', device)).toBe('d-1');
  expect(read('device', 'os', device)).toBe('linux');
  expect(read('user', 'plan', device)).toBe('free');
  expect(read('user', 'os', device)).toBeUndefined();
  expect(resolveContext(device).rootKind).toBe('device');
  expect(resolveContext({ kind: '' }).rootKind).toBe('user');
  expect(resolveContext({ kind: 5 }).rootKind).toBe('user');
});

test('A resolved context lists its kinds with the text of their keys', () => {
  expect([...resolveContext(context).kinds]).toEqual([
    ['user', 'u-42'],
    ['org', 'acme'],
  ]);
  expect([...resolveContext({}).kinds]).toEqual([['user', undefined]]);
});

test.each([
  ['text as given', ' U-42\t', ' U-42\t'],
  ['empty text is missing', '', undefined],
  ['a whole number', 42, '42'],
  ['minus zero', -0, '0'],
  ['2^53', 2 ** 53, '9007199254740992'],
  ['-2^53', -(2 ** 53), '-9007199254740992'],
  ['beyond 2^53', 2 ** 53 + 2, undefined],
  ['a fraction', 1.5, undefined],
  ['NaN', Number.NaN, undefined],
  ['infinity', Number.POSITIVE_INFINITY, undefined],
  ['true', true, undefined],
  ['null', null, undefined],
  ['a list', ['a'], undefined],
  ['an object', { key: 'a' }, undefined],
  ['a bigint', 5n, undefined],
])('The text of a unit: %s', (_name, value, expected) => {
  expect(unitText(value)).toBe(expected);
});

test('Units are neither normalised nor trimmed, so that every language agrees', () => {
  expect(unitText('e\u0301')).not.toBe(unitText('\u00e9'));
});

test('A handle is frozen through and through, and later changes of the input do not reach it', () => {
  const input = { targetingKey: 'u-1', nested: { list: [{ deep: 1 }] } };
  const handle = createContextHandle(input);
  input.targetingKey = 'u-2';
  input.nested.list.push({ deep: 2 });
  expect(handle.attributes).toEqual({ targetingKey: 'u-1', nested: { list: [{ deep: 1 }] } });
  expect(Object.isFrozen(handle)).toBe(true);
  const { nested } = handle.attributes as unknown as typeof input;
  expect(Object.isFrozen(nested) && Object.isFrozen(nested.list) && Object.isFrozen(nested.list[0])).toBe(true);
});

test('A handle keeps the hashes of every unit that was asked for', () => {
  const handle = createContextHandle(context);
  const [user, org] = [unitSource('user'), unitSource('org')];
  const first = hashed(handle.units.find(user, handle));
  expect(hashed(handle.units.find(org, handle)).text).toBe('acme');
  expect(handle.units.find(unitSource('user'), handle)).toBe(first);
  expect(handle.units.find(unitSource('user', 'absent'), handle).text).toBeUndefined();
});

test('Only handles are handles', () => {
  expect(ContextHandle.is(createContextHandle({}))).toBe(true);
  expect(ContextHandle.is(Object.create(ContextHandle.prototype))).toBe(false);
  expect(ContextHandle.is(null)).toBe(false);
  expect(ContextHandle.is(new Proxy({}, { getPrototypeOf: () => ContextHandle.prototype }))).toBe(false);
});

test('A handle of a handle takes new memberships or keeps its own', () => {
  const memberships = new Map([['list', true]]);
  const handle = createContextHandle(context, { memberships });
  expect(createContextHandle(handle).memberships).toBe(memberships);
  const others = new Map<string, boolean>();
  expect(createContextHandle(handle, { memberships: others }).memberships).toBe(others);
});

test('Objects at the limit of depth are kept, deeper ones are unknown', () => {
  const bottomOf = (levels: number): unknown => {
    let value: unknown = 'bottom';
    for (let level = 0; level < levels; level++) value = { down: value };
    return read('user', `/value${'/down'.repeat(levels)}`, { value });
  };
  expect(bottomOf(maxContextDepth)).toBe('bottom');
  expect(bottomOf(maxContextDepth + 1)).toBe(unreadable);
});

test('Values at the limit of number are kept, further ones are unknown', () => {
  const list = (length: number) =>
    resolveContext({ list: Array.from({ length }, (_, i) => i) }).attributes['list'] as readonly unknown[];
  // The context itself and the list count too.
  expect(list(maxContextValues - 2)).not.toContain(unreadable);
  expect(list(maxContextValues - 1)).toContain(unreadable);
});

test('Resolving any value never throws, and what comes out can not be changed', () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withDate: true }), (input) => {
      expect(Object.isFrozen(resolveContext(input).attributes)).toBe(true);
    }),
    { seed: 2 },
  );
});
