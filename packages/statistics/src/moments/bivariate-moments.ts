import { argumentsOf } from '../domain-error.ts';
import { momentsOf, type Moments } from './moments.ts';

/**
 * The sufficient statistics of pairs (x, y) of one sample, as plain JSON: what a ratio (numerator and denominator of a unit) or an
 * adjustment by a covariate needs on top of the two metrics alone.
 */
export interface BivariateMoments {
  /** How many pairs. */
  readonly n: number;
  readonly meanX: number;
  readonly meanY: number;
  /** Σ(x − meanX)² */
  readonly m2X: number;
  /** Σ(y − meanY)² */
  readonly m2Y: number;
  /** Σ(x − meanX)·(y − meanY); the sample covariance is crossXY/(n − 1), `covarPopStable` crossXY/n. */
  readonly crossXY: number;
}

/** The moments of no pairs. */
export const emptyBivariateMoments: BivariateMoments = { n: 0, meanX: 0, meanY: 0, m2X: 0, m2Y: 0, crossXY: 0 };

/** The moments of these pairs; two passes, as in `momentsOf`. */
export function bivariateMomentsOf(pairs: readonly (readonly [x: number, y: number])[]): BivariateMoments {
  const x = momentsOf(pairs.map(([first]) => first));
  const y = momentsOf(pairs.map(([, second]) => second));
  const crossXY = pairs.reduce((sum, [first, second]) => sum + (first - x.mean) * (second - y.mean), 0);
  return { n: x.n, meanX: x.mean, meanY: y.mean, m2X: x.m2, m2Y: y.m2, crossXY };
}

/**
 * The moments of two samples of pairs together (Chan, Golub & LeVeque 1979, with products in place of squares).
 *
 * It throws nothing.
 */
export function combineBivariateMoments(first: BivariateMoments, second: BivariateMoments): BivariateMoments {
  if (first.n === 0) return second;
  if (second.n === 0) return first;
  const n = first.n + second.n;
  const share = second.n / n;
  const weight = first.n * share;
  const apartX = second.meanX - first.meanX;
  const apartY = second.meanY - first.meanY;
  return {
    n,
    meanX: first.meanX + apartX * share,
    meanY: first.meanY + apartY * share,
    m2X: first.m2X + second.m2X + apartX * apartX * weight,
    m2Y: first.m2Y + second.m2Y + apartY * apartY * weight,
    crossXY: first.crossXY + second.crossXY + apartX * apartY * weight,
  };
}

/**
 * The moments of what remains of `whole` without `part`; see `removeMoments` for its rounding.
 *
 * @throws DomainError where `part` has more pairs than `whole`.
 */
export function removeBivariateMoments(whole: BivariateMoments, part: BivariateMoments): BivariateMoments {
  argumentsOf('removeBivariateMoments')(part.n <= whole.n, 'part.n', part.n, `at most the whole's ${whole.n}`);
  if (part.n === 0) return whole;
  const n = whole.n - part.n;
  if (n === 0) return emptyBivariateMoments;
  const weight = part.n * (whole.n / n);
  const apartX = whole.meanX - part.meanX;
  const apartY = whole.meanY - part.meanY;
  return {
    n,
    meanX: whole.meanX + (apartX * part.n) / n,
    meanY: whole.meanY + (apartY * part.n) / n,
    m2X: Math.max(0, whole.m2X - part.m2X - apartX * apartX * weight),
    m2Y: Math.max(0, whole.m2Y - part.m2Y - apartY * apartY * weight),
    crossXY: whole.crossXY - part.crossXY - apartX * apartY * weight,
  };
}

/** The moments of x alone. */
export function momentsOfX({ n, meanX, m2X }: BivariateMoments): Moments {
  return { n, mean: meanX, m2: m2X };
}

/** The moments of y alone. */
export function momentsOfY({ n, meanY, m2Y }: BivariateMoments): Moments {
  return { n, mean: meanY, m2: m2Y };
}
