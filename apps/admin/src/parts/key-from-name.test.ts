import { expect, test } from 'vitest';
import { keyFromName } from './key-from-name.ts';

test('A name suggests a key that is allowed', () => {
  expect(keyFromName('New checkout (v2)')).toBe('new-checkout-v2');
  expect(keyFromName('Çà et là — Éclair!')).toBe('ca-et-la-eclair');
  expect(keyFromName('  ')).toBe('');
  expect(keyFromName(`${'a'.repeat(99)} b`)).toBe('a'.repeat(99));
});
