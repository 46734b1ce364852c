import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { crossMomentsOf } from '../moments/cross-moments.ts';
import { quantileEstimate, quantileOfSorted } from './quantile-estimate.ts';
import { clusteredQuantileRanks, unitQuantileRanks } from './quantile-ranks.ts';

test('a quantile lies between the neighbours that its rank falls between', () => {
  expect(quantileOfSorted([1, 2, 4, 8], 0.5)).toBe(3);
  expect(quantileOfSorted([1, 2, 4, 8], 0)).toBe(1);
  expect(quantileOfSorted([1, 2, 4, 8], 1)).toBe(8);
  expect(quantileOfSorted([5], 0.9)).toBe(5);
  expect(() => quantileOfSorted([], 0.5)).toThrow(DomainError);
});

test('the ranks around the median of 400 units are 5 points wide per standard error', () => {
  const ranks = unitQuantileRanks({ n: 400, level: 0.5, criticalValue: 2 });
  expect(ranks).toEqual({ kind: 'ok', lower: 0.45, upper: 0.55 });
});

test('beyond a far quantile there have to be enough units', () => {
  const question = { n: 1599, level: 0.99, criticalValue: 2 };
  expect(unitQuantileRanks(question)).toEqual({ kind: 'not-computable', reason: 'too-few-units' });
  expect(unitQuantileRanks({ ...question, n: 1601 }).kind).toBe('ok');
});

test('events of the same unit that resemble each other widen the ranks', () => {
  const alike = crossMomentsOf(Array.from({ length: 400 }, (_, index) => (index % 2 ? [5, 5] : [0, 5])));
  const ranks = clusteredQuantileRanks({ n: 400, level: 0.5, criticalValue: 2 }, alike);
  if (ranks.kind !== 'ok') throw new Error(ranks.reason);
  // Five events per unit, all of them on one side: as many independent values as units.
  expect(ranks.upper - ranks.lower).toBeCloseTo(0.1, 3);
  const none = crossMomentsOf([
    [0, 0],
    [0, 0],
  ]);
  expect(clusteredQuantileRanks({ n: 400, level: 0.5, criticalValue: 2 }, none)).toMatchObject({ kind: 'not-computable' });
});

test('the variance of a quantile does not depend on its unit but by its square', () => {
  const at = (scale: number) =>
    quantileEstimate({ n: 100, value: 3 * scale, lower: 2.5 * scale, upper: 3.5 * scale }, { criticalValue: 2 });
  const [one, tiny] = [at(1), at(2 ** -30)];
  if (one.kind !== 'ok' || tiny.kind !== 'ok') throw new Error('estimates were expected');
  expect(one.estimate.variance).toBe(0.0625);
  expect(tiny.estimate.variance).toBe(0.0625 * 2 ** -60);
});

test('impossible questions are refused', () => {
  for (const level of [0, 1, Number.NaN]) expect(() => unitQuantileRanks({ n: 5, level, criticalValue: 2 })).toThrow(DomainError);
  expect(() => unitQuantileRanks({ n: 1.5, level: 0.5, criticalValue: 2 })).toThrow(DomainError);
  expect(() => quantileEstimate({ n: 5, value: 1, lower: 2, upper: 1 }, { criticalValue: 2 })).toThrow(DomainError);
  expect(quantileEstimate({ n: 1, value: 1, lower: 1, upper: 1 }, { criticalValue: 2 })).toMatchObject({
    reason: 'too-few-units',
  });
  expect(quantileEstimate({ n: 5, value: Number.NaN, lower: 1, upper: 1 }, { criticalValue: 2 })).toMatchObject({
    reason: 'not-finite',
  });
});
