import { expect, test } from 'vitest';
import { compareShuffled } from '../comparison/compare-shuffled.ts';
import { DomainError } from '../domain-error.ts';
import { meanStatistic, ratioStatistic } from '../estimate/statistic.ts';
import { seededRandom } from '../random/seeded-random.ts';
import { shuffleLabels, type ShuffledOutcome } from './shuffle-labels.ts';

const ones = (...values: readonly number[]): readonly (readonly number[])[] => values.map((value) => [value]);
const options = () => ({ random: seededRandom(3), permutations: 2000 });

function ok(outcome: ShuffledOutcome) {
  if (outcome.kind !== 'ok') throw new Error(outcome.reason);
  return outcome;
}

test('all of the small values in one arm: two of the 252 ways to deal ten units', () => {
  const periods = [{ control: ones(1, 2, 3, 4, 5), treatment: ones(11, 12, 13, 14, 15) }];
  const labels = ok(shuffleLabels(periods, meanStatistic(0), { ...options(), permutations: 20_000 }));
  expect(labels.difference).toBe(10);
  expect(Math.abs(labels.pValue - 2 / 252)).toBeLessThan(0.003);
  const answer = compareShuffled(labels, { kind: 'fixed' }, 0.05);
  expect(answer).toMatchObject({ kind: 'ok', method: 'randomisation', look: { isCrossed: true } });
  expect(answer.kind === 'ok' && answer.look.interval?.low).toBeGreaterThan(0);
});

test('however far apart the arms are, p is at least 1/(permutations + 1)', () => {
  const far = Array.from({ length: 40 }, (_, index) => [index]);
  const periods = [{ control: far, treatment: far.map(([value = 0]) => [value + 1e9]) }];
  expect(ok(shuffleLabels(periods, meanStatistic(0), options())).pValue).toBe(1 / 2001);
});

test('labels are shuffled within periods: a difference between periods is no effect', () => {
  const within = ok(
    shuffleLabels(
      [
        { control: ones(1, 2, 1, 2, 1, 2), treatment: ones(1, 2) },
        { control: ones(101, 102), treatment: ones(101, 102, 101, 102, 101, 102) },
      ],
      meanStatistic(0),
      options(),
    ),
  );
  expect(within.difference).toBeCloseTo(0, 10);
  expect(within.pValue).toBeGreaterThan(0.9);
});

test('the same seed gives the same result, the swapped arms the opposite difference', () => {
  const control = ones(3, 1, 4, 1, 5, 9, 2, 6);
  const treatment = ones(2, 7, 1, 8, 2, 8, 1);
  const at = (seed: number) => {
    const labels = ok(shuffleLabels([{ control, treatment }], meanStatistic(0), { ...options(), random: seededRandom(seed) }));
    return [labels.pValue, labels.criticalValueAt(0.05)];
  };
  expect(at(1)).toEqual(at(1));
  expect(at(1)).not.toEqual(at(2));
  const there = ok(shuffleLabels([{ control, treatment }], meanStatistic(0), options()));
  const back = ok(shuffleLabels([{ control: treatment, treatment: control }], meanStatistic(0), options()));
  expect(back.difference).toBeCloseTo(-there.difference, 12);
  expect(back.standardError).toBeCloseTo(there.standardError, 12);
  expect(back.pValue).toBe(there.pValue);
});

test('the interval of a level excludes 0 exactly where the p-value is at most one minus it, ties among the shuffles too', () => {
  const random = seededRandom(11);
  for (let round = 0; round < 60; round += 1) {
    // Few different values, so that many shuffles are as far out as what was seen.
    const arm = (shift: number) => Array.from({ length: 6 }, () => [random.below(3) + shift]);
    const labels = shuffleLabels([{ control: arm(0), treatment: arm(round % 3) }], meanStatistic(0), {
      random,
      permutations: 199,
    });
    if (labels.kind !== 'ok') continue;
    for (const alpha of [0.01, 0.05, 0.2, Math.min(0.999, labels.pValue), labels.pValue - 1e-6]) {
      const criticalValue = labels.criticalValueAt(alpha);
      if (criticalValue === undefined) expect(labels.pValue).toBeGreaterThan(alpha);
      else expect(Math.abs(labels.difference) - criticalValue * labels.standardError > 0).toBe(labels.pValue <= alpha);
    }
  }
});

test('a ratio of few organisations is tested over the organisations', () => {
  const random = seededRandom(8);
  const organisations = (): readonly (readonly number[])[] =>
    Array.from({ length: 25 }, () => {
      const size = Math.ceil(Math.exp(3 + random.normal()));
      return [size * 0.3, size];
    });
  const outcome = ok(
    shuffleLabels(
      [{ control: organisations().map(([n = 0, d = 0], i) => [n + (i % 3), d]), treatment: organisations() }],
      ratioStatistic(0, 1),
      options(),
    ),
  );
  expect(outcome.pValue).toBeGreaterThan(0);
  expect(outcome.permutations).toBeGreaterThan(1900);
});

test('arms of one size and of another, negative means and huge offsets shuffle to what they are without the offset', () => {
  const [few, many] = [ones(3, 1, 4, 1, 5), ones(9, 2, 6, 5, 3, 5, 8, 9, 7, 9)];
  const moved = (rows: readonly (readonly number[])[]) => rows.map(([value = 0]) => [value - 1e9]);
  const of = (control: readonly (readonly number[])[], treatment: readonly (readonly number[])[]) =>
    ok(shuffleLabels([{ control, treatment }], meanStatistic(0), options()));
  expect(of(moved(few), moved(many)).pValue).toBe(of(few, many).pValue);
  expect(of(moved(few), moved(many)).difference).toBeCloseTo(of(few, many).difference, 6);
});

test('before half of a plan, and where so few shuffles can not tell, it is too early; from half on the bar is that of the plan', () => {
  const arm = (shift: number) => Array.from({ length: 50 }, (_, index) => [index + shift]);
  const labels = ok(shuffleLabels([{ control: arm(0), treatment: arm(40) }], meanStatistic(0), options()));
  expect(compareShuffled(labels, { kind: 'planned', share: 0.499 }, 0.05)).toEqual({
    kind: 'not-computable',
    reason: 'too-early',
  });
  expect(compareShuffled(labels, { kind: 'planned', share: 0.5 }, 0.0001)).toMatchObject({ reason: 'too-early' });
  expect(compareShuffled(labels, { kind: 'planned', share: 0.5 }, 0.05)).toMatchObject({ look: { isCrossed: true } });
  expect(compareShuffled(labels, { kind: 'planned', share: 0.1, isEndDate: true }, 0.05)).toMatchObject({ kind: 'ok' });
});

test('no units and no variance are refused by name, wrong options thrown', () => {
  expect(shuffleLabels([], meanStatistic(0), options())).toEqual({ kind: 'not-computable', reason: 'too-few-units' });
  const flat = [{ control: ones(1, 1, 1), treatment: ones(1, 1, 1) }];
  expect(shuffleLabels(flat, meanStatistic(0), options())).toEqual({ kind: 'not-computable', reason: 'no-variance' });
  const apart = [{ control: ones(0.1, 0.1, 0.1), treatment: ones(0.7, 0.7, 0.7, 0.7) }];
  expect(shuffleLabels(apart, meanStatistic(0), options())).toEqual({ kind: 'not-computable', reason: 'no-variance' });
  expect(() => shuffleLabels([], meanStatistic(0), { ...options(), permutations: 0 })).toThrow(DomainError);
});
