import fc from 'fast-check';
import { expect, test } from 'vitest';
import { welch } from '../difference/welch.ts';
import { DomainError } from '../domain-error.ts';
import { momentsOfConversions, sampleVariance, type Moments } from '../moments/moments.ts';
import { normalQuantile } from '../special-functions/normal.ts';
import { largestFiellerG, pointLift, relativeLift, type LiftOutcome, type MeanEstimate } from './relative-lift.ts';

const runs = { seed: 20_260_105, numRuns: 2000 };
const criticalValue = -normalQuantile(0.025);

const estimate = (moments: Moments): MeanEstimate => ({
  mean: moments.mean,
  variance: (sampleVariance(moments) ?? 0) / moments.n,
});

function measured(outcome: LiftOutcome): Extract<LiftOutcome, { readonly kind: 'measurable' }> {
  if (outcome.kind !== 'measurable') throw new Error(outcome.reason);
  return outcome;
}

test('the interval of a lift is that of the published formula', () => {
  // ρ = 2, vA = vB = 0.01 relative to a control mean of 1, z = 2: g = 0.04, c = 2/0.96, h = 2/0.96·√(0.01·0.96 + 0.04).
  const outcome = measured(
    relativeLift({ control: { mean: 1, variance: 0.01 }, treatment: { mean: 2, variance: 0.01 }, criticalValue: 2 }),
  );
  const [centre, halfWidth] = [2 / 0.96, (2 / 0.96) * Math.sqrt(0.01 * 0.96 + 0.04)];
  expect(outcome.lift).toBe(1);
  expect(outcome.interval.low).toBeCloseTo(centre - halfWidth - 1, 14);
  expect(outcome.interval.high).toBeCloseTo(centre + halfWidth - 1, 14);
});

test('with the same critical value the lift excludes 0 exactly when the absolute p-value is below alpha', () => {
  // Means in standard errors from 0 and from each other, so that both answers and both directions come up often.
  const pair = fc
    .record({
      units: fc.tuple(fc.integer({ min: 2, max: 5000 }), fc.integer({ min: 2, max: 5000 })),
      errors: fc.tuple(fc.double({ min: 0.01, max: 10, noNaN: true }), fc.double({ min: 0.01, max: 10, noNaN: true })),
      away: fc.integer({ min: -600, max: 600 }).map((tenths) => tenths / 10),
      apart: fc.integer({ min: -500, max: 500 }).map((hundredths) => hundredths / 100),
    })
    .map(({ units: [first, second], errors: [firstError, secondError], away, apart }) => {
      const control = { n: first, mean: away * firstError, m2: firstError ** 2 * first * (first - 1) };
      const mean = control.mean + apart * Math.hypot(firstError, secondError);
      return { control, treatment: { n: second, mean, m2: secondError ** 2 * second * (second - 1) } };
    });
  const seen = { significant: 0, not: 0 };
  fc.assert(
    fc.property(pair, fc.double({ min: 0.001, max: 0.5, noNaN: true }), ({ control, treatment }, alpha) => {
      const absolute = welch(control, treatment, { alpha });
      fc.pre(absolute.kind === 'ok' && Math.abs(absolute.pValue - alpha) > 1e-8);
      if (absolute.kind !== 'ok') return;
      const lift = relativeLift({
        control: estimate(control),
        treatment: estimate(treatment),
        criticalValue: absolute.criticalValue,
      });
      if (lift.kind !== 'measurable') return;
      seen[absolute.pValue < alpha ? 'significant' : 'not'] += 1;
      expect(lift.interval.low > 0 || lift.interval.high < 0).toBe(absolute.pValue < alpha);
      expect(Math.sign(lift.lift)).toBe(Math.sign(absolute.difference));
      expect(lift.interval.low).toBeLessThanOrEqual(lift.lift);
      expect(lift.interval.high).toBeGreaterThanOrEqual(lift.lift);
    }),
    runs,
  );
  expect(Math.min(seen.significant, seen.not)).toBeGreaterThan(runs.numRuns / 10);
});

test('the ends of the interval are the ratios at which the arms differ by just the critical value', () => {
  const control = { mean: 0.02, variance: 2e-6 };
  const treatment = { mean: 0.035, variance: 3.4e-6 };
  const { interval } = measured(relativeLift({ control, treatment, criticalValue }));
  for (const end of [interval.low, interval.high]) {
    const ratio = 1 + end;
    const deviation =
      Math.abs(treatment.mean - ratio * control.mean) / Math.sqrt(treatment.variance + ratio ** 2 * control.variance);
    expect(deviation).toBeCloseTo(criticalValue, 10);
  }
});

test('a negative control mean keeps the direction: less loss is up', () => {
  const control = { mean: -10, variance: 0.04 };
  const treatment = { mean: -8, variance: 0.09 };
  const outcome = measured(relativeLift({ control, treatment, criticalValue }));
  expect(outcome.lift).toBeCloseTo(0.2, 14);
  expect(outcome.interval.low).toBeGreaterThan(0);
  const mirrored = measured(
    relativeLift({ control: { ...control, mean: 10 }, treatment: { ...treatment, mean: 8 }, criticalValue }),
  );
  expect(outcome.interval.low).toBeCloseTo(-mirrored.interval.high, 14);
  expect(outcome.interval.high).toBeCloseTo(-mirrored.interval.low, 14);
});

test('a control mean too close to 0 gives the lift and the reason, but no interval; the limit itself is too close', () => {
  const treatment = { mean: 1.1, variance: 0.01 };
  const at = (g: number): LiftOutcome => relativeLift({ control: { mean: 1, variance: g / 4 }, treatment, criticalValue: 2 });
  expect(at(largestFiellerG * 0.999).kind).toBe('measurable');
  expect(at(largestFiellerG)).toEqual({ kind: 'not-measurable', reason: 'control-mean-near-zero', lift: pointLift(1, 1.1) });
});

test('nothing relative to 0 is claimed', () => {
  const outcome = relativeLift({ control: { mean: 0, variance: 1 }, treatment: { mean: 1, variance: 1 }, criticalValue });
  expect(outcome).toEqual({ kind: 'not-measurable', reason: 'control-mean-zero' });
});

test('numbers beyond the doubles are told, not passed on', () => {
  const beyond = relativeLift({ control: { mean: 1e-300, variance: 0 }, treatment: { mean: 1e300, variance: 1 }, criticalValue });
  expect(beyond).toEqual({ kind: 'not-measurable', reason: 'not-finite' });
  const wide = relativeLift({ control: { mean: 1e-200, variance: 0 }, treatment: { mean: 1, variance: 1e300 }, criticalValue });
  expect(wide).toEqual({ kind: 'not-measurable', reason: 'not-finite', lift: pointLift(1e-200, 1) });
});

test('a control without variance is fine', () => {
  const control = estimate(momentsOfConversions(1000, 1000));
  const outcome = measured(relativeLift({ control, treatment: estimate(momentsOfConversions(900, 1000)), criticalValue }));
  expect(outcome.lift).toBeCloseTo(-0.1, 14);
  expect(outcome.interval.high).toBeLessThan(0);
});

test('a critical value that is none, or a negative variance, is a mistake of the caller', () => {
  const control = { mean: 1, variance: 0.01 };
  for (const value of [0, -1, Infinity, Number.NaN]) {
    expect(() => relativeLift({ control, treatment: control, criticalValue: value })).toThrow(DomainError);
  }
  expect(() => relativeLift({ control: { mean: 1, variance: -1 }, treatment: control, criticalValue })).toThrow(DomainError);
  expect(() => relativeLift({ control, treatment: { mean: 1, variance: Number.NaN }, criticalValue })).toThrow(DomainError);
});
