import { expect, test } from 'vitest';
import { statsLimits } from '../limits.ts';
import { batches, listed, namesOf } from './fresh-units.ts';

const { perStatement } = statsLimits.freshUnits;
const units = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index + 1));

test('A statement names as many units as the limit says, and the next one the rest', () => {
  expect(batches([])).toEqual([]);
  expect(batches(units(perStatement)).map(({ length }) => length)).toEqual([perStatement]);
  const parts = batches(units(perStatement + 1));
  expect(parts.map(({ length }) => length)).toEqual([perStatement, 1]);
  expect(parts.flat()).toEqual(units(perStatement + 1));
});

test('Items that a row holds already take their room in a statement', () => {
  const added = (met: number) => ({ uid: '1', met: units(met) });
  const full = added(perStatement - 1);
  expect(namesOf(full)).toBe(perStatement);
  expect(batches([added(0), full, added(1)], namesOf)).toEqual([[added(0)], [full], [added(1)]]);
});

test('Units keep all their digits in a statement, and what is no number never gets into one', () => {
  expect(listed(['18446744073709551615', '7'])).toBe('SELECT arrayJoin([18446744073709551615, 7]) AS unit_uid');
  expect(() => listed(['1]) OR 1=1 --'])).toThrow(SyntaxError);
});
