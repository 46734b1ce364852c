import fc from 'fast-check';
import { expect, test } from 'vitest';
import { relativeError } from '../shared-material.test-support.ts';
import { betaCdf, betaQuantile } from './beta-distribution.ts';
import { chiSquareQuantile, chiSquareSurvival } from './chi-square.ts';
import { incompleteBeta } from './incomplete-beta.ts';
import { incompleteGamma } from './incomplete-gamma.ts';
import { normalCdf, normalQuantile, normalSurvival } from './normal.ts';
import { studentTCdf, studentTQuantile, studentTSurvival } from './student-t.ts';

const runs = { seed: 20_260_101, numRuns: 2000 };

const between = (min: number, max: number): fc.Arbitrary<number> => fc.double({ min, max, noNaN: true });
/** Evenly spread over magnitudes. */
const magnitude = (min: number, max: number): fc.Arbitrary<number> => between(min, max).map((exponent) => 10 ** exponent);
const lowerTail = fc.oneof(between(1e-6, 0.5), magnitude(-250, -1));

test('the tail beyond a quantile is the probability that it was asked for', () => {
  fc.assert(
    fc.property(lowerTail, magnitude(-0.5, 9), (p, degrees) => {
      expect(relativeError(normalCdf(normalQuantile(p)), p)).toBeLessThan(1e-11);
      const t = studentTQuantile(p, degrees);
      if (Number.isFinite(t)) expect(relativeError(studentTCdf(t, degrees), p)).toBeLessThan(1e-11);
    }),
    runs,
  );
});

test('the chi-square and beta quantiles invert their distribution functions', () => {
  fc.assert(
    fc.property(between(1e-6, 1 - 1e-6), magnitude(-0.5, 5), magnitude(-0.5, 5), (p, first, second) => {
      const x = chiSquareQuantile(p, first);
      expect(relativeError(chiSquareSurvival(x, first), 1 - p)).toBeLessThan(1e-9);
      const share = betaQuantile(p, first, second);
      // A step of one unit in the last place of x moves the probability by up to this much.
      const step = Math.abs(
        betaCdf(share * (1 + Number.EPSILON), first, second) - betaCdf(share * (1 - Number.EPSILON), first, second),
      );
      expect(Math.abs(betaCdf(share, first, second) - p)).toBeLessThan(1e-11 + 2 * step);
    }),
    runs,
  );
});

test('both tails together are everything, and swapping the arguments swaps them', () => {
  fc.assert(
    fc.property(magnitude(-2, 5), magnitude(-2, 5), between(0.001, 0.999), (a, b, x) => {
      const gamma = incompleteGamma(a, b);
      expect(gamma.lower + gamma.upper).toBeCloseTo(1, 14);
      const beta = incompleteBeta(a, b, { x, y: 1 - x });
      const swapped = incompleteBeta(b, a, { x: 1 - x, y: x });
      expect(beta.lower + beta.upper).toBeCloseTo(1, 14);
      expect(Math.abs(beta.lower - swapped.upper)).toBeLessThan(1e-11);
    }),
    runs,
  );
});

test('survival functions fall', () => {
  fc.assert(
    fc.property(between(-40, 40), between(0, 5), magnitude(-0.5, 8), (t, further, degrees) => {
      expect(normalSurvival(t + further)).toBeLessThanOrEqual(normalSurvival(t) * (1 + 1e-12));
      expect(studentTSurvival(t + further, degrees)).toBeLessThanOrEqual(studentTSurvival(t, degrees) * (1 + 1e-10));
    }),
    runs,
  );
});
