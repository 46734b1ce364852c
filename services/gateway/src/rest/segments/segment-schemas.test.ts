import { expect, test } from 'vitest';
import { maxListKeysPerRequest } from '../../limits.ts';
import { listKeysChange } from './segment-schemas.ts';

test.each(['add', 'remove'])('A request may %s as many keys of a list as the limit says, and not one more', (change) => {
  const keys = Array.from({ length: maxListKeysPerRequest }, (_, index) => `u-${index}`);
  expect(listKeysChange.safeParse({ side: 'included', [change]: keys }).success).toBe(true);
  expect(listKeysChange.safeParse({ side: 'included', [change]: [...keys, 'one-more'] }).success).toBe(false);
});
