import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Stratum } from '../adjustment/adjusted-estimates.ts';
import { meanStatistic, ratioStatistic } from '../estimate/statistic.ts';
import { combineCrossMoments, crossMomentsOf, emptyCrossMoments, type CrossMoments } from '../moments/cross-moments.ts';
import { fewConversionsBelow } from '../limits.ts';
import { compareArms, type ArmAnswer, type ArmQuestion } from './compare-arms.ts';

const runs = { seed: 20_261_128, numRuns: 60 };
/** An outcome that follows a past, per unit. */
const units = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 50 }), fc.integer({ min: -9, max: 9 })), { minLength: 25, maxLength: 60 })
  .map((pairs) => pairs.map(([past, noise]) => [past + noise + 100, past]));

function question(arms: readonly CrossMoments[], change: Partial<ArmQuestion> = {}): ArmQuestion {
  const strata: readonly Stratum[] = [{ key: 'all', arms, covariates: [meanStatistic(1)] }];
  return {
    periods: [strata],
    target: meanStatistic(0),
    adjustment: 'on',
    rule: { kind: 'planned', share: 0.6 },
    alpha: 0.05,
    ...change,
  };
}

function answer(asked: ArmQuestion): ArmAnswer {
  const outcome = compareArms(asked);
  if (outcome.kind !== 'ok') throw new Error(outcome.reason);
  return outcome;
}

function expectSame(actual: ArmAnswer, expected: ArmAnswer, { sign = 1, scale = 1 } = {}): void {
  const digits = 7;
  expect(actual.difference / scale).toBeCloseTo(sign * expected.difference, digits);
  expect(actual.look.z).toBeCloseTo(sign * expected.look.z, digits);
  expect(actual.look.pValue).toBeCloseTo(expected.look.pValue, digits);
  expect(actual.look.isCrossed).toBe(expected.look.isCrossed);
  const [low, high] = [expected.look.interval?.low ?? 0, expected.look.interval?.high ?? 0];
  expect((actual.look.interval?.low ?? 0) / scale).toBeCloseTo(sign > 0 ? low : -high, digits);
}

test('swapped arms have the opposite difference and the same p-value', () => {
  fc.assert(
    fc.property(units, units, (first, second) => {
      const [a, b] = [crossMomentsOf(first), crossMomentsOf(second)];
      expectSame(answer(question([b, a])), answer(question([a, b])), { sign: -1 });
    }),
    runs,
  );
});

test('a metric in other units has the same p-value and lift', () => {
  fc.assert(
    fc.property(units, units, (first, second) => {
      const scaled = (rows: readonly (readonly number[])[]) =>
        crossMomentsOf(rows.map(([value = 0, past = 0]) => [value * 1000, past]));
      const [here, there] = [
        answer(question([crossMomentsOf(first), crossMomentsOf(second)])),
        answer(question([scaled(first), scaled(second)])),
      ];
      expectSame(there, here, { scale: 1000 });
      expect(there.lift.lift).toBeCloseTo(here.lift.lift ?? 0, 9);
    }),
    runs,
  );
});

test('units that arrive in parts and in any order give the same figures', () => {
  fc.assert(
    fc.property(units, units, fc.integer({ min: 1, max: 20 }), (first, second, cut) => {
      const parts = (rows: readonly (readonly number[])[]) =>
        combineCrossMoments(crossMomentsOf(rows.slice(cut).toReversed()), crossMomentsOf(rows.slice(0, cut)));
      expectSame(
        answer(question([parts(first), parts(second)])),
        answer(question([crossMomentsOf(first), crossMomentsOf(second)])),
      );
    }),
    runs,
  );
});

test('the call, the interval and the interval of the lift agree about 0', () => {
  fc.assert(
    fc.property(units, units, fc.integer({ min: 0, max: 12 }), (first, second, effect) => {
      const moved = second.map(([value = 0, past = 0]) => [value + effect, past]);
      const { look, lift } = answer(question([crossMomentsOf(first), crossMomentsOf(moved)]));
      const excludes = (ends: { low: number; high: number } | undefined) => ends !== undefined && (ends.low > 0 || ends.high < 0);
      expect(excludes(look.interval)).toBe(look.isCrossed);
      if (lift.kind === 'measurable') expect(excludes(lift.interval)).toBe(look.isCrossed);
    }),
    runs,
  );
});

const rows = (count: number, value: number): readonly (readonly number[])[] =>
  Array.from({ length: count }, (_, index) => [value + (index % 7), index % 5]);

test('periods are compared each by itself, and one without two units in an arm is left out', () => {
  const before = [{ key: 'all', arms: [crossMomentsOf(rows(500, 12)), crossMomentsOf(rows(60, 12))], covariates: [] }];
  const after = [{ key: 'all', arms: [crossMomentsOf(rows(300, 2)), crossMomentsOf(rows(300, 2))], covariates: [] }];
  const empty = [{ key: 'all', arms: [crossMomentsOf(rows(50, 2)), emptyCrossMoments(2)], covariates: [] }];
  const both = answer(question([], { periods: [before, after, empty] }));
  expect(both.adjustments).toHaveLength(2);
  expect(Math.abs(both.look.z)).toBeLessThan(1);
  expect(compareArms(question([], { periods: [empty] }))).toEqual({ kind: 'not-computable', reason: 'too-few-units' });
});

test('few conversions are compared exactly, with the bar of the look', () => {
  const arm = (successes: number, trials: number) =>
    crossMomentsOf(Array.from({ length: trials }, (_, index) => [index < successes ? 1 : 0]));
  const conversions = { control: { successes: 100, trials: 1000 }, treatment: { successes: 0, trials: 1000 } };
  const strata = [{ key: 'all', arms: [arm(100, 1000), arm(0, 1000)], covariates: [] }];
  const exact = answer(question([], { periods: [strata], conversions }));
  expect(exact.method).toBe('fisher-newcombe');
  expect(exact.look.isCrossed).toBe(true);
  expect(exact.look.interval?.high).toBeLessThan(0);
  expect(exact.lift).toMatchObject({ kind: 'not-measurable', lift: -1 });
  expect(answer(question([], { periods: [strata] })).method).toBe('student');
});

test('the raw view differs from the adjusted one by the adjustment only', () => {
  const arms = [crossMomentsOf(rows(90, 5)), crossMomentsOf(rows(80, 5))];
  const raw = answer(question(arms, { adjustment: 'off' }));
  expect(raw.adjustments).toEqual([]);
  expect(answer(question(arms)).adjustments).toHaveLength(1);
  expect(raw.difference).toBeCloseTo((arms[1]?.means[0] ?? 0) - (arms[0]?.means[0] ?? 0), 12);
});

test('no variance, a denominator at 0 and a look that is too early are refused by name', () => {
  const flat = [
    crossMomentsOf([
      [1, 0],
      [1, 0],
    ]),
    crossMomentsOf([
      [1, 0],
      [1, 0],
    ]),
  ];
  const reasonOf = (asked: ArmQuestion) => {
    const outcome = compareArms(asked);
    return outcome.kind === 'ok' ? 'ok' : outcome.reason;
  };
  expect(reasonOf(question(flat))).toBe('no-variance');
  expect(reasonOf(question(flat, { target: ratioStatistic(0, 1) }))).toBe('denominator-near-zero');
  const some = [crossMomentsOf(rows(50, 1)), crossMomentsOf(rows(50, 2))];
  expect(reasonOf(question(some, { rule: { kind: 'planned', share: 0.001 } }))).toBe('too-early');
  expect(reasonOf(question(some, { rule: { kind: 'unplanned', units: 100 } }))).toBe('ok');
});

test('values around a billion and below 0 are no trouble', () => {
  const far = (rows_: readonly (readonly number[])[], offset: number) =>
    crossMomentsOf(rows_.map(([value = 0, past = 0]) => [value + offset, past]));
  const [a, b] = [rows(50, 0), rows(50, 1)];
  const here = answer(question([far(a, 0), far(b, 0)]));
  expectSame(answer(question([far(a, 1e9), far(b, 1e9)])), here);
  const negative = answer(question([far(a, -100), far(b, -100)]));
  expectSame(negative, here);
  expect(negative.lift.lift).toBeGreaterThan(0);
});

/** Shares as a computation gives them. */
function ofShares(control: number, treatment: number, trials = 1000) {
  const arm = (successes: number): CrossMoments =>
    trials === 0
      ? emptyCrossMoments(1)
      : { n: trials, means: [successes / trials], products: [[successes * (1 - successes / trials)]] };
  return compareArms({
    periods: [[{ key: 'all', arms: [arm(control), arm(treatment)], covariates: [] }]],
    target: meanStatistic(0),
    adjustment: 'off',
    rule: { kind: 'fixed' },
    alpha: 0.05,
    conversions: { control: { successes: control, trials }, treatment: { successes: treatment, trials } },
  });
}

test.for<[control: number, treatment: number, method: string]>([
  [fewConversionsBelow, fewConversionsBelow, 'student'],
  [fewConversionsBelow - 1, fewConversionsBelow, 'fisher-newcombe'],
  [fewConversionsBelow, fewConversionsBelow - 1, 'fisher-newcombe'],
  [1000 - fewConversionsBelow, 1000 - fewConversionsBelow, 'student'],
  [1000 - fewConversionsBelow + 1, 500, 'fisher-newcombe'],
])('%d and %d conversions of a thousand are compared by %s', ([control, treatment, method]) => {
  expect(ofShares(control, treatment)).toMatchObject({ kind: 'ok', method });
});

test('an arm without any conversion is the worst regression there is, and nobody in either arm is no difference', () => {
  const lost = ofShares(100, 0);
  expect(lost).toMatchObject({ kind: 'ok', difference: -0.1, look: { isCrossed: true } });
  expect(lost.kind === 'ok' && lost.look.pValue).toBeLessThan(1e-30);
  expect(ofShares(0, 0)).toMatchObject({ kind: 'ok', difference: 0, look: { pValue: 1 }, lift: { reason: 'control-mean-zero' } });
  expect(ofShares(0, 0, 0)).toEqual({ kind: 'not-computable', reason: 'too-few-units' });
});

test('means that are no numbers, and variances without end, are refused by name', () => {
  const arm = (mean: number, product = 9): CrossMoments => ({
    n: 10,
    means: [mean, 1],
    products: [
      [product, 0],
      [0, 1],
    ],
  });
  const refused = { kind: 'not-computable', reason: 'not-finite' };
  expect(compareArms(question([arm(Number.NaN), arm(1)], { adjustment: 'off' }))).toEqual(refused);
  expect(compareArms(question([arm(1, Infinity), arm(1)], { adjustment: 'off' }))).toEqual(refused);
});
