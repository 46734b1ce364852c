import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { makeKey } from './key-text.ts';
import { makeOpaqueToken, sha256Of } from './opaque-token.ts';

const random = (bytes: number) => new Uint8Array(randomBytes(bytes));

test('A key is its prefix and 43 letters and digits, whatever the random bytes are', () => {
  const zeros = makeKey('stsk', (bytes) => new Uint8Array(bytes));
  const ones = makeKey('stck', (bytes) => new Uint8Array(bytes).fill(255));
  expect(zeros.text).toBe(`stsk_${'0'.repeat(43)}`);
  expect(ones.text).toMatch(/^stck_[0-9A-Za-z]{43}$/);
  expect(ones.text.slice(5)).not.toMatch(/^0/);
  expect(makeKey('stat', random).hint).toMatch(/^stat_[0-9A-Za-z]{4}…$/);
});

test('Different random bytes make different keys', () => {
  const last = (value: number) => (bytes: number) => new Uint8Array(bytes).fill(value, bytes - 1);
  expect(makeKey('stsk', last(1)).text).not.toBe(makeKey('stsk', last(2)).text);
});

test('What is stored of a secret is its SHA-256', () => {
  expect(Buffer.from(sha256Of('abc')).toString('hex')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  const token = makeOpaqueToken(random);
  expect(token.text).toMatch(/^[\w-]{43}$/);
  expect(token.sha256).toEqual(sha256Of(token.text));
});
