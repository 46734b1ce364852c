import { expect, test } from 'vitest';
import { listForm } from './list-form.ts';

const settings = { syncedKeys: 1_000_000, listKeys: 10_000_000 };
const nothing = { count: 0, shards: 0 };
const shards = (count: number, present = 0) => {
  const form = listForm(count, false, { ...nothing, shards: present }, settings);
  return form.kind === 'shards' ? form.shards : form.kind;
};

test('Up to 4,096 keys travel as they are, more as fingerprints in shards of at most 4,096 on average', () => {
  expect([0, 4_096, 4_097, 8_192, 8_193, 16_385, 1_000_000].map((count) => shards(count))).toEqual([
    'inline',
    'inline',
    2,
    2,
    4,
    8,
    256,
  ]);
});

test('Beyond what is synced a list stays on the server, and so does a long one that grants access', () => {
  expect(shards(1_000_001)).toBe('remote');
  expect(listForm(4_097, true, nothing, settings)).toEqual({ kind: 'remote' });
  expect(listForm(4_096, true, nothing, settings)).toEqual({ kind: 'inline' });
  expect(listForm(1, false, nothing, { ...settings, syncedKeys: 0 })).toEqual({ kind: 'remote' });
});

test('A list that shrinks keeps its shards until there are more than four times too many', () => {
  expect(shards(8_193, 16)).toBe(16);
  expect(shards(8_192, 16)).toBe(2);
  expect(shards(8_193, 2)).toBe(4);
});

test('A list that is on the server comes back when it has clearly fewer keys than are synced', () => {
  const remote = { count: 1_000_001, shards: 0 };
  expect(listForm(900_001, false, remote, settings)).toEqual({ kind: 'remote' });
  expect(listForm(900_000, false, remote, settings)).toEqual({ kind: 'shards', shards: 256 });
  expect(listForm(4_096, false, remote, settings)).toEqual({ kind: 'inline' });
  expect(listForm(1_000_000, false, { count: 4_096, shards: 0 }, settings)).toEqual({ kind: 'shards', shards: 256 });
  expect(listForm(1_000_000, false, { count: 1_000_000, shards: 256 }, settings)).toEqual({ kind: 'shards', shards: 256 });
});
