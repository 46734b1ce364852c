import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { compareEstimates } from '../estimate/compare-estimates.ts';
import { meanStatistic, ratioStatistic } from '../estimate/statistic.ts';
import { crossMomentsOf, emptyCrossMoments, type CrossMoments } from '../moments/cross-moments.ts';
import { seededRandom } from '../random/seeded-random.ts';
import { adjustedEstimates, type AdjustedEstimates, type Stratum } from './adjusted-estimates.ts';

const random = seededRandom(5);
const [y, x, z] = [meanStatistic(0), meanStatistic(1), meanStatistic(2)];

/** Units whose outcome correlates with two covariates. */
function rows(count: number, effect = 0): readonly (readonly number[])[] {
  return Array.from({ length: count }, () => {
    const [a, b, noise] = [random.normal(), random.normal(), random.normal()];
    return [10 + effect + 3 * a + 2 * b + noise, 5 + a, 7 + b];
  });
}

function ok(outcome: ReturnType<typeof adjustedEstimates>): AdjustedEstimates {
  if (outcome.kind !== 'ok') throw new Error(outcome.reason);
  return outcome;
}

const [control, treatment] = [crossMomentsOf(rows(400)), crossMomentsOf(rows(100, 1))];
const one = (covariates: Stratum['covariates'], arms: readonly CrossMoments[] = [control, treatment]): readonly Stratum[] => [
  { key: 'all', arms, covariates },
];

test('one covariate is subtracted by the published formula, weighted by 1/n', () => {
  const { arms, strata, applied } = ok(adjustedEstimates(one([x]), y));
  const per = (of: (moments: CrossMoments) => number): number =>
    [control, treatment].reduce((sum, moments) => sum + of(moments) / (moments.n - 1) / moments.n, 0);
  const theta = per(({ products }) => products[0]?.[1] ?? 0) / per(({ products }) => products[1]?.[1] ?? 0);
  expect(applied).toBe(true);
  expect(strata[0]?.coefficients[0]).toBeCloseTo(theta, 6);
  const difference = (treatment.means[0] ?? 0) - (control.means[0] ?? 0);
  const imbalance = (treatment.means[1] ?? 0) - (control.means[1] ?? 0);
  expect((arms[1]?.value ?? 0) - (arms[0]?.value ?? 0)).toBeCloseTo(difference - theta * imbalance, 6);
});

test('each further covariate takes away what it explains', () => {
  const ratios = [one([]), one([x]), one([x, z])].map((strata) => ok(adjustedEstimates(strata, y)).varianceRatio);
  // Variances 14, 5 and 1, up to chance.
  expect(ratios[0]).toBe(1);
  expect(ratios[1]).toBeCloseTo(5 / 14, 1);
  expect(ratios[2]).toBeCloseTo(1 / 14, 1);
});

test('a covariate twice is as good as once', () => {
  const once = ok(adjustedEstimates(one([x]), y));
  const twice = ok(adjustedEstimates(one([x, x]), y));
  expect(twice.varianceRatio).toBeCloseTo(once.varianceRatio, 6);
  expect(twice.arms[0]?.value).toBeCloseTo(once.arms[0]?.value ?? 0, 6);
});

test('adjusted figures stay on the scale of the raw ones', () => {
  const { arms, raw } = ok(adjustedEstimates(one([x, z]), y));
  arms.forEach((estimate, index) => expect(Math.abs(estimate.value - (raw[index]?.value ?? 0))).toBeLessThan(1));
});

test('a covariate that says nothing, or is constant, changes nothing', () => {
  const constant = (moments: CrossMoments): CrossMoments => ({
    ...moments,
    products: moments.products.map((row, i) => row.map((value, j) => (i === 1 || j === 1 ? 0 : value))),
  });
  const outcome = ok(adjustedEstimates(one([x], [constant(control), constant(treatment)]), y));
  expect(outcome.applied).toBe(false);
  expect(outcome.arms).toEqual(outcome.raw);
});

test('swapped arms have the opposite difference, a scaled metric the scaled one', () => {
  const there = ok(adjustedEstimates(one([x]), y)).arms;
  const back = ok(adjustedEstimates(one([x], [treatment, control]), y)).arms;
  expect(back.toReversed()).toEqual(there);
  const scaled = (moments: CrossMoments): CrossMoments => ({
    n: moments.n,
    means: moments.means.map((mean, index) => (index === 0 ? mean * 8 : mean)),
    products: moments.products.map((row, i) => row.map((value, j) => value * (i === 0 ? 8 : 1) * (j === 0 ? 8 : 1))),
  });
  const large = ok(adjustedEstimates(one([x], [scaled(control), scaled(treatment)]), y)).arms;
  large.forEach((estimate, index) => expect(estimate.value).toBeCloseTo((there[index]?.value ?? 0) * 8, 9));
});

test('strata are weighted by their pooled shares, and a small one joins the largest', () => {
  const arm = (of: readonly number[][]): CrossMoments => crossMomentsOf(of);
  const spread = (centre: number, count: number): number[][] =>
    Array.from({ length: count }, (_, index) => [centre + (index % 2)]);
  const strata = [
    { key: 'old', arms: [arm(spread(10, 100)), arm(spread(11, 20))], covariates: [] },
    { key: 'new', arms: [arm(spread(0, 20)), arm(spread(1, 100))], covariates: [] },
  ];
  const { arms, applied, strata: used } = ok(adjustedEstimates(strata, y));
  expect(applied).toBe(true);
  expect((arms[1]?.value ?? 0) - (arms[0]?.value ?? 0)).toBeCloseTo(1, 12);
  expect(used.map(({ share }) => share)).toEqual([0.5, 0.5]);
  const tiny = { key: 'tiny', arms: [arm(spread(3, 19)), arm(spread(3, 40))], covariates: [] };
  expect(ok(adjustedEstimates([...strata, tiny], y)).strata).toHaveLength(2);
});

test('a ratio is adjusted by the ratio before, over the whole matrix of four', () => {
  const visits = (count: number): CrossMoments =>
    crossMomentsOf(
      Array.from({ length: count }, () => {
        const taste = 0.3 + 0.1 * random.normal();
        const [before, after] = [5 + random.below(10), 5 + random.below(10)];
        return [taste * after + 0.1 * random.normal(), after, taste * before + 0.1 * random.normal(), before];
      }),
    );
  const arms = [visits(2000), visits(2000)];
  const strata = [{ key: 'all', arms, covariates: [ratioStatistic(2, 3)] }];
  const { varianceRatio, arms: adjusted } = ok(adjustedEstimates(strata, ratioStatistic(0, 1)));
  expect(varianceRatio).toBeLessThan(0.4);
  adjusted.forEach(({ value }) => expect(value).toBeCloseTo(0.3, 1));
});

test('an empty arm, a single unit and a denominator at 0 are refused, and so are strata of other arms', () => {
  expect(adjustedEstimates(one([x], [control, emptyCrossMoments(3)]), y)).toEqual({
    kind: 'not-computable',
    reason: 'too-few-units',
    arm: 1,
  });
  const zero = crossMomentsOf([
    [1, 0],
    [2, 0],
  ]);
  expect(adjustedEstimates(one([], [zero, zero]), ratioStatistic(0, 1))).toMatchObject({ reason: 'denominator-near-zero' });
  const huge = crossMomentsOf([[1e300], [-1e300]]);
  expect(adjustedEstimates(one([], [huge, huge]), y)).toMatchObject({ reason: 'not-finite' });
  expect(() => adjustedEstimates([], y)).toThrow(DomainError);
  expect(() => adjustedEstimates([...one([]), ...one([], [control])], y)).toThrow(DomainError);
});

test('one arm without variance is compared with one that has some', () => {
  const none = crossMomentsOf(Array.from({ length: 1000 }, () => [0]));
  const some = crossMomentsOf(Array.from({ length: 1000 }, (_, index) => [index < 100 ? 1 : 0]));
  const [base, other] = ok(adjustedEstimates(one([], [some, none]), y)).arms;
  if (base === undefined || other === undefined) throw new Error('two arms were expected');
  const outcome = compareEstimates(base, other, { alpha: 0.05 });
  expect(outcome.kind === 'ok' && outcome.pValue).toBeLessThan(1e-20);
  expect(outcome.kind === 'ok' && outcome.pValue).toBeGreaterThan(0);
});
