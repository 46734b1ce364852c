import { expect, test } from 'vitest';
import { isAllowed } from './licences.mjs';

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
