import { expect, test } from 'vitest';
import { readLimits } from './read-limits.ts';

test('A constant is a limit, with the comment before it', () => {
  expect(readLimits('/** Bytes of a body. */\nexport const bodyLimit = 1_048_576;\n')).toEqual([
    { name: 'bodyLimit', value: '1,048,576', meaning: 'Bytes of a body.' },
  ]);
});

test('Members of an object are limits, and products are computed', () => {
  const source = `const mebibyte = 1_024 * 1_024;

/** Limits of the spool. */
export const spoolLimits = {
  /** Closed at this size;
   *  its last batch may go over it. */
  segmentBytes: 8 * mebibyte,
} as const;
`;
  expect(readLimits(source)).toEqual([
    { name: 'segmentBytes', value: '8,388,608', meaning: 'Closed at this size; its last batch may go over it.' },
  ]);
});

test('A comment belongs to the one declaration after it', () => {
  const source = 'export const limits = {\n  /** First pause. */\n  firstMs: 100,\n  longestMs: 30_000,\n};\n';
  expect(readLimits(source)).toEqual([
    { name: 'firstMs', value: '100', meaning: 'First pause.' },
    { name: 'longestMs', value: '30,000', meaning: '' },
  ]);
});

test('What can not be computed stands as it is written', () => {
  const source = 'export const limits = Object.freeze({\n  threads: Math.min(8, availableParallelism()),\n});\n';
  expect(readLimits(source)[0]?.value).toBe('Math.min(8, availableParallelism())');
});

test('Types, functions and what is not exported are no limits', () => {
  const source = '/** A. */\nexport type A = string;\n/** B. */\nexport const b = (x: number) => x;\n/** C. */\nconst c = 3;\n';
  expect(readLimits(source)).toEqual([]);
});
