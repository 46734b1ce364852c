import { expect, test } from 'vitest';
import { changedFields, changedSharedFields } from './changed-fields.ts';

test('Only what differs is named, as deep as it differs', () => {
  const before = { name: 'A', tags: ['x'], document: { rules: [{ id: '1', name: 'old' }], offVariant: 'off' }, version: 1 };
  const after = { name: 'A', tags: ['x', 'y'], document: { rules: [{ id: '1', name: 'new' }], offVariant: 'off' }, version: 2 };
  expect(changedFields(before, after)).toEqual([
    { path: 'tags', before: ['x'], after: ['x', 'y'] },
    { path: 'document.rules[0].name', before: 'old', after: 'new' },
  ]);
});

test('What came and what went is told from what is null', () => {
  expect(changedFields({ a: null }, { b: null })).toEqual([
    { path: 'a', before: null, after: undefined },
    { path: 'b', before: undefined, after: null },
  ]);
});

test('Fields that only one side knows are no change between two sources', () => {
  expect(changedSharedFields({ enabled: true, version: 1 }, { enabled: false, version: 2, document: {} })).toEqual([
    { path: 'enabled', before: true, after: false },
  ]);
  expect(changedSharedFields(undefined, { a: 1 })).toEqual([]);
});
