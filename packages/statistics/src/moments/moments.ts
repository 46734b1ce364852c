import { argumentsOf } from '../domain-error.ts';
import { compensatedSum } from './compensated-sum.ts';

/**
 * The sufficient statistics of one sample of numbers, as plain JSON: everything a mean's analysis needs, at any sample size.
 *
 * Sums of squared values are never formed: at values near 10⁹ they lose every digit of the variance.
 */
export interface Moments {
  /** How many values; a whole number ≥ 0. */
  readonly n: number;
  /** Their mean; 0 where n is 0. */
  readonly mean: number;
  /** Σ(value − mean)², ≥ 0. The sample variance is m2/(n − 1), the population variance (ClickHouse `varPopStable`) m2/n. */
  readonly m2: number;
}

/** The moments of no values. */
export const emptyMoments: Moments = { n: 0, mean: 0, m2: 0 };

/**
 * The moments of these values: the mean first, then the deviations from it, corrected for the mean's rounding (the corrected
 * two-pass algorithm of Chan, Golub & LeVeque 1983, Am. Stat. 37, 242).
 */
export function momentsOf(values: readonly number[]): Moments {
  const n = values.length;
  if (n === 0) return emptyMoments;
  const mean = compensatedSum(values) / n;
  let squares = 0;
  let remainder = 0;
  for (const value of values) {
    squares += (value - mean) ** 2;
    remainder += value - mean;
  }
  return { n, mean, m2: Math.max(0, squares - (remainder * remainder) / n) };
}

/**
 * The moments of `successes` ones and `trials − successes` zeros: a conversion metric from its two counts, exactly.
 *
 * @throws DomainError unless both are whole numbers with 0 ≤ successes ≤ trials.
 */
export function momentsOfConversions(successes: number, trials: number): Moments {
  const check = argumentsOf('momentsOfConversions');
  check(Number.isSafeInteger(trials) && trials >= 0, 'trials', trials, 'a whole number of at least 0');
  check(
    Number.isSafeInteger(successes) && successes >= 0 && successes <= trials,
    'successes',
    successes,
    'a whole number from 0 to trials',
  );
  if (trials === 0) return emptyMoments;
  return { n: trials, mean: successes / trials, m2: successes * ((trials - successes) / trials) };
}

/**
 * The moments that a database's count, average and population variance stand for.
 *
 * @param populationVariance of `varPopStable`, never of a difference of sums.
 * @throws DomainError where the three can't belong to one sample.
 */
export function momentsFromPopulationVariance(n: number, mean: number, populationVariance: number): Moments {
  const check = argumentsOf('momentsFromPopulationVariance');
  check(Number.isSafeInteger(n) && n >= 0, 'n', n, 'a whole number of at least 0');
  if (n === 0) return emptyMoments;
  check(Number.isFinite(mean), 'mean', mean, 'a finite number');
  check(
    populationVariance >= 0 && populationVariance < Infinity,
    'populationVariance',
    populationVariance,
    'at least 0 and finite',
  );
  return { n, mean, m2: populationVariance * n };
}

/**
 * The moments of two samples together (Chan, Golub & LeVeque 1979). In whatever order parts are combined, the
 * result is the same up to rounding.
 *
 * n, mean + δ·n₂/n, M + M₂ + δ²·n₁·n₂/n with δ the means' difference. It throws nothing.
 */
export function combineMoments(first: Moments, second: Moments): Moments {
  if (first.n === 0) return second;
  if (second.n === 0) return first;
  const n = first.n + second.n;
  const apart = second.mean - first.mean;
  const share = second.n / n;
  return { n, mean: first.mean + apart * share, m2: first.m2 + second.m2 + apart * apart * first.n * share };
}

/**
 * The moments of what remains of `whole` without `part`: `combineMoments` solved backwards.
 *
 * Rounding is relative to the whole, so a small remainder of a large whole keeps fewer digits; m2 is kept from falling below 0.
 *
 * @throws DomainError where `part` has more values than `whole`.
 */
export function removeMoments(whole: Moments, part: Moments): Moments {
  argumentsOf('removeMoments')(part.n <= whole.n, 'part.n', part.n, `at most the whole's ${whole.n}`);
  if (part.n === 0) return whole;
  const n = whole.n - part.n;
  if (n === 0) return emptyMoments;
  const apart = whole.mean - part.mean;
  const mean = whole.mean + (apart * part.n) / n;
  return { n, mean, m2: Math.max(0, whole.m2 - part.m2 - apart * apart * part.n * (whole.n / n)) };
}

/**
 * m2/(n − 1), or `undefined` under two values.
 *
 * In squared units of the values (the unbiased one).
 */
export function sampleVariance({ n, m2 }: Moments): number | undefined {
  return n < 2 ? undefined : m2 / (n - 1);
}

/** Whether these could be the moments of a sample of finite numbers. */
export function areMoments({ n, mean, m2 }: Moments): boolean {
  return Number.isSafeInteger(n) && n >= 0 && Number.isFinite(mean) && m2 >= 0 && m2 < Infinity;
}
