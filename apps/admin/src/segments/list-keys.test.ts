import { expect, test } from 'vitest';
import { listKeys } from './list-keys.ts';

test('Keys are found however they were pasted, each once and in their order', () => {
  expect(listKeys('u-2\r\nu-1, "u 3";u-2\n\n\tu-4')).toEqual(['u-2', 'u-1', 'u 3', 'u-4']);
  expect(listKeys(' \n , ')).toEqual([]);
});
