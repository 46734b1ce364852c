import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareArms,
  conversionHarm,
  covariateImbalance,
  crossMomentsOf,
  DomainError,
  emptyCrossMoments,
  estimateOf,
  meanHarm,
  meanStatistic,
  ratioStatistic,
  type LookRule,
} from './index.ts';

const runs = { seed: 20_261_128, numRuns: 250 };

/** Every number within a value has to be finite. */
function expectFinite(value: unknown): void {
  if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
  else if (Array.isArray(value)) value.forEach(expectFinite);
  else if (typeof value === 'object' && value !== null) Object.values(value).forEach(expectFinite);
}

/** Also within what is answered: 0 < p ≤ 1, and an interval around its difference. */
function expectSound(found: {
  readonly pValue: number;
  readonly interval?: { readonly low: number; readonly high: number };
}): void {
  expect(found.pValue).toBeGreaterThan(0);
  expect(found.pValue).toBeLessThanOrEqual(1);
  if (found.interval !== undefined) expect(found.interval.low).toBeLessThanOrEqual(found.interval.high);
}

/** Values as data can bring them: alike, tiny, huge, far from 0, below 0. */
const value = fc.oneof(
  fc.constantFrom(0, 1, -1, 1e-300, 1e300, -1e300, 1e9, 1e15, Number.MAX_VALUE, Number.MIN_VALUE),
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: 0, max: 6 }).map((offset) => 1e9 + offset),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
/** From nobody to a few, of which many are alike. */
const sample = fc.oneof(
  fc.array(value, { maxLength: 8 }),
  fc.tuple(value, fc.integer({ min: 0, max: 300 })).map(([same, count]) => Array<number>(count).fill(same)),
  fc
    .tuple(value, value, fc.integer({ min: 1, max: 300 }))
    .map(([same, other, count]) => [other, ...Array<number>(count).fill(same)]),
);
const rule: fc.Arbitrary<LookRule> = fc.oneof(
  fc.constantFrom<LookRule>({ kind: 'fixed' }),
  fc.double({ min: 1e-6, max: 1, noNaN: true }).map((share): LookRule => ({ kind: 'planned', share })),
  fc.double({ min: 1e-3, max: 1, noNaN: true }).map((share): LookRule => ({ kind: 'planned', share, isEndDate: true })),
  fc.integer({ min: 1, max: 1e9 }).map((units): LookRule => ({ kind: 'unplanned', units })),
);

test('whatever the values, a mean is compared soundly or refused by a reason, at every kind of look', () => {
  fc.assert(
    fc.property(sample, sample, rule, (first, second, look) => {
      const arms = [first, second].map((values) =>
        values.length === 0 ? emptyCrossMoments(2) : crossMomentsOf(values.map((each) => [each, each / 2])),
      );
      const outcome = compareArms({
        periods: [[{ key: 'all', arms, covariates: [meanStatistic(1)] }]],
        target: meanStatistic(0),
        adjustment: 'on',
        rule: look,
        alpha: 0.05,
      });
      if (outcome.kind === 'not-computable') {
        expect(outcome.reason).toMatch(/^[a-z-]+$/);
        return;
      }
      expectFinite(outcome);
      expectSound(outcome.look);
    }),
    runs,
  );
});

test('whatever the values, the ratio of two means is compared soundly or refused by a reason', () => {
  fc.assert(
    fc.property(sample, sample, (first, second) => {
      const moments = [first, second].map((values) =>
        values.length === 0
          ? emptyCrossMoments(2)
          : crossMomentsOf(values.map((each, index) => [each, values.at(-1 - index) ?? 0])),
      );
      for (const each of moments) {
        const outcome = estimateOf(each, ratioStatistic(0, 1));
        if (outcome.kind === 'ok') expectFinite(outcome.estimate);
        else expect(['too-few-units', 'denominator-near-zero', 'not-finite']).toContain(outcome.reason);
      }
    }),
    runs,
  );
});

test('whatever the conversions, p is never nought and all of 0 against all of 1 is a difference', () => {
  const arm = fc
    .integer({ min: 0, max: 400 })
    .chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));
  fc.assert(
    fc.property(arm, arm, ([successes, trials], [others, of]) => {
      const rowsOf = (ones: number, all: number) =>
        crossMomentsOf(Array.from({ length: all }, (_, index) => [index < ones ? 1 : 0]));
      const outcome = compareArms({
        periods: [
          [
            {
              key: 'all',
              arms: [
                trials === 0 ? emptyCrossMoments(1) : rowsOf(successes, trials),
                of === 0 ? emptyCrossMoments(1) : rowsOf(others, of),
              ],
              covariates: [],
            },
          ],
        ],
        target: meanStatistic(0),
        adjustment: 'off',
        rule: { kind: 'fixed' },
        alpha: 0.05,
        conversions: { control: { successes, trials }, treatment: { successes: others, trials: of } },
      });
      if (outcome.kind === 'not-computable') return;
      expectFinite(outcome);
      expectSound(outcome.look);
      const isAllOrNothing = successes === 0 && others === of && Math.min(trials, of) >= 10;
      if (isAllOrNothing) expect(outcome.look.pValue).toBeLessThan(0.001);
    }),
    runs,
  );
});

test('health checks and alarms answer or refuse any estimate', () => {
  const estimate = fc.record({
    n: fc.integer({ min: 0, max: 1e9 }),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
    variance: fc.oneof(fc.constant(0), fc.double({ min: 0, noNaN: true, noDefaultInfinity: true })),
    degreesOfFreedom: fc.integer({ min: 1, max: 1e9 }),
  });
  const units = fc.integer({ min: 0, max: 1e9 });
  fc.assert(
    fc.property(estimate, estimate, units, units, (control, treatment, a, b) => {
      const harm = meanHarm(control, treatment, 'more', 0.001);
      if (harm.kind === 'ok') {
        expect(harm.pValue).toBeGreaterThan(0);
        expect(Number.isNaN(harm.atLeast)).toBe(false);
      }
      const counts = conversionHarm([{ control: { units: a, weight: 1 }, treatment: { units: b, weight: 2 } }], 'fewer', 0.001);
      expectFinite(counts.logEvidence);
      expectSound(counts);
      const imbalance = covariateImbalance(control, treatment, 3);
      if (imbalance.kind === 'ok') expectSound(imbalance);
    }),
    runs,
  );
});

test('what is no data at all is refused by type, never answered', () => {
  const arms = [crossMomentsOf([[1], [2]]), crossMomentsOf([[1], [3]])];
  const ask = (change: { readonly alpha?: number; readonly rule?: LookRule }) => () =>
    compareArms({
      periods: [[{ key: 'all', arms, covariates: [] }]],
      target: meanStatistic(0),
      adjustment: 'off',
      rule: { kind: 'fixed' },
      alpha: 0.05,
      ...change,
    });
  for (const alpha of [0, 1, -1, Number.NaN]) expect(ask({ alpha })).toThrow(DomainError);
  for (const share of [0, 1.5, Number.NaN]) expect(ask({ rule: { kind: 'planned', share } })).toThrow(DomainError);
  expect(ask({ rule: { kind: 'unplanned', units: 0 } })).toThrow(DomainError);
});
