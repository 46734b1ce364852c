import { expect, test } from 'vitest';
import { createBoundedMap } from './bounded-map.ts';

test('As many as the limit are remembered, and one more takes the place of the one that was set the longest ago', () => {
  const map = createBoundedMap<number>(3);
  for (const [index, key] of ['a', 'b', 'c'].entries()) map.set(key, index);
  expect([...map.entries()]).toHaveLength(3);
  map.set('d', 3);
  expect([map.size(), map.get('a'), map.get('b'), map.get('d')]).toEqual([3, undefined, 1, 3]);
});

test('What is set again counts as new, and what is deleted makes room', () => {
  const map = createBoundedMap<number>(2);
  map.set('a', 1);
  map.set('b', 2);
  map.set('a', 3);
  map.set('c', 4);
  expect([...map.entries()]).toEqual([
    ['a', 3],
    ['c', 4],
  ]);
  expect(map.delete('a')).toBe(true);
  map.set('d', 5);
  expect(map.get('c')).toBe(4);
});
