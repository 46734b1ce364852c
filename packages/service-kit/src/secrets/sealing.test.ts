import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseSecretKey, seal, unseal } from './sealing.ts';

const random = (bytes: number) => new Uint8Array(randomBytes(bytes));

test('What is sealed opens under its key and its name only, and not when a bit of it was changed', () => {
  const key = random(32);
  const sealed = seal(key, 'name', 'a secret', random);
  expect(unseal(key, 'name', sealed)).toBe('a secret');
  expect(unseal(key, 'other name', sealed)).toBeUndefined();
  expect(unseal(random(32), 'name', sealed)).toBeUndefined();
  for (let index = 0; index < sealed.length; index++) {
    const changed = Uint8Array.from(sealed, (byte, at) => (at === index ? byte ^ 1 : byte));
    expect(unseal(key, 'name', changed)).toBeUndefined();
  }
  expect(unseal(key, 'name', sealed.subarray(0, 27))).toBeUndefined();
  expect(seal(key, 'name', 'a secret', random)).not.toEqual(sealed);
});

test('A secret key is 32 bytes in base64, neither more nor less', () => {
  expect(parseSecretKey(randomBytes(32).toString('base64'))).toHaveLength(32);
  for (const text of ['', 'no base64!', randomBytes(31).toString('base64'), randomBytes(33).toString('base64')])
    expect(parseSecretKey(text)).toBeUndefined();
});
