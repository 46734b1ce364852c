import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { meanStatistic, ratioStatistic } from '../estimate/statistic.ts';
import { seededRandom } from '../random/seeded-random.ts';
import { randomisationTest, type RandomisationOutcome } from './randomisation-test.ts';

const ones = (...values: readonly number[]): readonly (readonly number[])[] => values.map((value) => [value]);
const options = { alpha: 0.05, random: seededRandom(3), permutations: 2000 };

function ok(outcome: RandomisationOutcome) {
  if (outcome.kind !== 'ok') throw new Error(outcome.reason);
  return outcome;
}

test('all of the small values in one arm: two of the 252 ways to deal ten units', () => {
  const periods = [{ control: ones(1, 2, 3, 4, 5), treatment: ones(11, 12, 13, 14, 15) }];
  const { pValue, difference, interval } = ok(randomisationTest(periods, meanStatistic(0), { ...options, permutations: 20_000 }));
  expect(difference).toBe(10);
  expect(Math.abs(pValue - 2 / 252)).toBeLessThan(0.003);
  expect(interval.low).toBeGreaterThan(0);
});

test('labels are shuffled within periods: a difference between periods is no effect', () => {
  const within = ok(
    randomisationTest(
      [
        { control: ones(1, 2, 1, 2, 1, 2), treatment: ones(1, 2) },
        { control: ones(101, 102), treatment: ones(101, 102, 101, 102, 101, 102) },
      ],
      meanStatistic(0),
      options,
    ),
  );
  expect(within.difference).toBeCloseTo(0, 10);
  expect(within.pValue).toBeGreaterThan(0.9);
});

test('the same seed gives the same result, the swapped arms the opposite difference', () => {
  const control = ones(3, 1, 4, 1, 5, 9, 2, 6);
  const treatment = ones(2, 7, 1, 8, 2, 8, 1, 9);
  const at = (seed: number) =>
    randomisationTest([{ control, treatment }], meanStatistic(0), { ...options, random: seededRandom(seed) });
  expect(at(1)).toEqual(at(1));
  const back = ok(randomisationTest([{ control: treatment, treatment: control }], meanStatistic(0), options));
  expect(back.difference).toBeCloseTo(-ok(at(1)).difference, 12);
});

test('a ratio of few organisations is tested over the organisations', () => {
  const random = seededRandom(8);
  const organisations = (): readonly (readonly number[])[] =>
    Array.from({ length: 25 }, () => {
      const size = Math.ceil(Math.exp(3 + random.normal()));
      return [size * 0.3, size];
    });
  const outcome = ok(
    randomisationTest(
      [{ control: organisations().map(([n = 0, d = 0], i) => [n + (i % 3), d]), treatment: organisations() }],
      ratioStatistic(0, 1),
      options,
    ),
  );
  expect(outcome.pValue).toBeGreaterThan(0);
  expect(outcome.permutations).toBeGreaterThan(1900);
});

test('no units and no variance are refused by name, wrong options thrown', () => {
  expect(randomisationTest([], meanStatistic(0), options)).toEqual({ kind: 'not-computable', reason: 'too-few-units' });
  const flat = [{ control: ones(1, 1, 1), treatment: ones(1, 1, 1) }];
  expect(randomisationTest(flat, meanStatistic(0), options)).toEqual({ kind: 'not-computable', reason: 'no-variance' });
  expect(() => randomisationTest([], meanStatistic(0), { ...options, alpha: 0 })).toThrow(DomainError);
  expect(() => randomisationTest([], meanStatistic(0), { ...options, permutations: 0 })).toThrow(DomainError);
});
