import { argumentsOf } from '../domain-error.ts';
import { bisect } from './bisect.ts';
import { crossedOrBeyond, supremumSurvival } from './supremum.ts';

/**
 * The c with P(sup |B| > c) = α: an effect is called when |z| ≥ c/√t at any look, t the share of the plan that has matured
 * (P. O'Brien & T. Fleming 1979, in continuous time). 2.24140 at α = 0.05. No look has to be remembered for it.
 *
 * @throws DomainError for alpha outside of (0, 1)
 */
export function obrienFlemingBoundary(alpha: number): number {
  argumentsOf('obrienFlemingBoundary')(alpha > 0 && alpha < 1, 'alpha', alpha, 'between 0 and 1');
  return bisect({ low: 0.1, high: 40, isAbove: (x) => supremumSurvival(x) < alpha });
}

/**
 * The p-value of one look at the share t of the plan: P(sup |B| > |z|·√t). The least of all looks so far is valid at any of them.
 *
 * From the smallest double to 1; see `supremumSurvival`. It assumes independent increments.
 *
 * @throws DomainError for z that isn't a number and a share outside of (0, 1]
 */
export function lookPValue(z: number, share: number): number {
  const check = argumentsOf('lookPValue');
  check(!Number.isNaN(z), 'z', z, 'a number');
  check(share > 0 && share <= 1, 'share', share, 'greater than 0 and at most 1');
  return Math.max(Number.MIN_VALUE, supremumSurvival(Math.abs(z) * Math.sqrt(share)));
}

/**
 * The |z| from which an effect is called at the end date when only the share t of the plan has matured: what α has not been spent on
 * earlier looks is spent at once. 1.96108 at t = 0.6 and α = 0.05, c itself at t = 1.
 *
 * x/√t with P(|B| reaches c before t, or |B(t)| > x) = α, see `crossedOrBeyond`. It assumes that the date was fixed before the start.
 *
 * @throws DomainError for alpha and share out of range
 */
export function endDateCriticalValue(alpha: number, share: number): number {
  argumentsOf('endDateCriticalValue')(share > 0 && share <= 1, 'share', share, 'greater than 0 and at most 1');
  const bar = obrienFlemingBoundary(alpha);
  const x = bisect({ low: 0, high: bar, isAbove: (point) => crossedOrBeyond(point, bar, share) < alpha });
  return x / Math.sqrt(share);
}

/**
 * The p-value of the last look, at the end date, by the order in which looks are taken: at most α exactly where it is called.
 *
 * P(|B| reaches c before t, or |B(t)| > |z|√t), that of `lookPValue` where c itself was reached (stagewise order; A. Tsiatis, G.
 * Rosner & C. Mehta 1984, Biometrics 40, 797).
 *
 * @throws DomainError for z, share or alpha out of range
 */
export function endDatePValue(z: number, share: number, alpha: number): number {
  const bar = obrienFlemingBoundary(alpha);
  const reached = Math.abs(z) * Math.sqrt(share);
  return reached >= bar ? lookPValue(z, share) : crossedOrBeyond(reached, bar, share);
}
