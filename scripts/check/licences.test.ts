import { expect, test } from 'vitest';
import { isAllowed, licenceOf } from './licences.mjs';

test.each(['MIT', 'Apache-2.0', '(MIT OR GPL-3.0)', 'MIT and ISC', '(Apache-2.0 AND BSD-3-Clause)'])(
  '%s is allowed',
  (licence) => {
    expect(isAllowed(licence)).toBe(true);
  },
);

test.each([
  'GPL-3.0',
  'AGPL-3.0-only',
  'MIT AND GPL-2.0',
  'UNLICENSED',
  'SEE LICENSE IN LICENSE.md',
  '',
  undefined,
  { type: 'MIT' },
])('%s is refused', (licence) => {
  expect(isAllowed(licence)).toBe(false);
});

test('A package that names no licence is known by its version, and for development alone; what it names comes first', () => {
  const known = { name: '@openfeature/ofrep-provider', version: '0.1.3' };
  expect(licenceOf(known, true)).toBe('Apache-2.0');
  expect(licenceOf({ ...known, license: 'GPL-3.0' }, true)).toBe('GPL-3.0');
  expect(licenceOf(known, false)).toBeUndefined();
  expect(licenceOf({ ...known, version: '0.1.4' }, true)).toBeUndefined();
  expect(licenceOf({ name: 'another', version: '0.1.3' }, true)).toBeUndefined();
});
