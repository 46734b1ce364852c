import { expect, test } from 'vitest';
import { isKey, maxKeyLength } from './key.ts';

test('A key is of lower-case letters, digits and -_. and begins with a letter or digit', () => {
  for (const key of ['a', '0', 'new-checkout', 'a.b_c-d', '2024.launch']) expect(isKey(key), key).toBe(true);
  for (const text of ['', '-a', '.a', '_a', 'A', 'a b', 'ä', 'a/b', 'a\n', '__proto__']) expect(isKey(text), text).toBe(false);
});

test('A key of 100 characters is accepted and one of 101 is not', () => {
  expect(isKey('k'.repeat(maxKeyLength))).toBe(true);
  expect(isKey('k'.repeat(maxKeyLength + 1))).toBe(false);
});
