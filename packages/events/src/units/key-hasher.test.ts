import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashItemKeys } from './hash-item-keys.ts';
import { createKeyHasher, hashedUnitKey, isHashedKey, RecentHashes } from './key-hasher.ts';

const secret = Buffer.alloc(32, 7);
const hasher = createKeyHasher(['user', 'device'], secret, new RecentHashes(4));
const u1 = hashedUnitKey(secret, 'user', 'u-1');

test('A hashed key is HMAC-SHA-256 of its kind and itself, and can be told from others', () => {
  expect(u1).toBe(`hmac:${createHmac('sha256', secret).update('user\0u-1').digest('base64url')}`);
  expect([isHashedKey(u1), isHashedKey('u-1'), isHashedKey('hmac:short')]).toEqual([true, false, false]);
});

test('The same key always gets the same hash, however many others came between, and of another kind or secret another', () => {
  expect(hasher.keyOf('user', 'u-1')).toBe(u1);
  for (let index = 0; index < 100; index++)
    expect(hasher.keyOf('user', `n-${index}`)).toBe(hashedUnitKey(secret, 'user', `n-${index}`));
  expect(hasher.keyOf('user', 'u-1')).toBe(u1);
  expect(hasher.keyOf('device', 'u-1')).not.toBe(u1);
  const other = createKeyHasher(['user'], Buffer.alloc(32, 8), new RecentHashes(4));
  expect(other.keyOf('user', 'u-1')).not.toBe(u1);
  const shared = new RecentHashes(4);
  const [one, two] = [secret, Buffer.alloc(32, 8)].map((each) => createKeyHasher(['user'], each, shared).keyOf('user', 'u-1'));
  expect(one).not.toBe(two);
});

test('What is hashed already stays, and so does a key of a kind that is not hashed', () => {
  expect(hasher.keyOf('user', u1)).toBe(u1);
  expect(hasher.keyOf('org', 'acme')).toBe('acme');
});

test('Remembered hashes are at most twice as many as they should be', () => {
  const recent = new RecentHashes(3);
  let made = 0;
  const make = (name: string) => () => `${name} ${++made}`;
  for (const name of ['a', 'b', 'c', 'd']) recent.get(name, make(name));
  expect(recent.get('a', make('a'))).toBe('a 1');
  for (const name of ['e', 'f', 'g', 'h', 'i', 'j']) recent.get(name, make(name));
  expect(recent.get('b', make('b'))).toBe('b 11');
});

test('In items only contexts and both sides of an identification change, whatever else an item is', () => {
  const items: unknown[] = [
    { type: 'event', context: { user: 'u-1', org: 'acme' }, properties: { user: 'u-1' } },
    { type: 'identify', context: { device: 'd', user: 'u-1' } },
    { context: ['u-1'] },
    null,
    'u-1',
  ];
  hashItemKeys(items, hasher);
  expect(items).toEqual([
    { type: 'event', context: { user: u1, org: 'acme' }, properties: { user: 'u-1' } },
    { type: 'identify', context: { device: hashedUnitKey(secret, 'device', 'd'), user: u1 } },
    { context: ['u-1'] },
    null,
    'u-1',
  ]);
});

test('What can not be a key of a hashed kind is taken out, so that a refused item does not show it', () => {
  const long = 'x'.repeat(256);
  const items = [
    { context: { user: 42, device: `${long}y`, org: 42 } },
    { context: { user: { email: 'me@example.org' }, device: long } },
  ];
  hashItemKeys(items, hasher);
  expect(items).toEqual([
    { context: { user: null, device: '', org: 42 } },
    { context: { user: null, device: hashedUnitKey(secret, 'device', long) } },
  ]);
});
