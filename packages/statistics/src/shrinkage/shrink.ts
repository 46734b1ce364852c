import { argumentsOf } from '../domain-error.ts';
import type { Interval } from '../interval.ts';
import { normalCdf, normalDensity, normalQuantile } from '../special-functions/normal.ts';

/** What is believed of an effect once luck is allowed for. In the estimate's units. */
export interface ShrunkenEffect {
  /** e·τ²/(τ² + s²): the best guess. */
  readonly estimate: number;
  readonly standardDeviation: number;
  /** That the effect is above 0. */
  readonly probabilityAbove: number;
  readonly interval: Interval;
  /** What is lost on average by choosing the treatment, and by keeping the baseline. Both ≥ 0. */
  readonly lossOfShipping: number;
  readonly lossOfKeeping: number;
}

/**
 * The posterior of an effect that is drawn from N(0, τ²) and estimated with standard error s; loss √v·φ(u) − post·Φ(−u), u = post/√v.
 *
 * @param options.level of the interval, such as 0.95
 * @param options.good whether larger or smaller effects are better; the losses follow it
 * @throws DomainError for a standard error or τ that isn't positive and finite
 */
export function shrink(
  estimate: number,
  standardError: number,
  options: { readonly priorDeviation: number; readonly level?: number; readonly good?: 'larger' | 'smaller' },
): ShrunkenEffect {
  const { priorDeviation, level = 0.95, good = 'larger' } = options;
  const check = argumentsOf('shrink');
  check(Number.isFinite(estimate), 'estimate', estimate, 'a finite number');
  check(standardError > 0 && standardError < Infinity, 'standardError', standardError, 'greater than 0 and finite');
  check(priorDeviation > 0 && priorDeviation < Infinity, 'priorDeviation', priorDeviation, 'greater than 0 and finite');
  check(level > 0 && level < 1, 'level', level, 'between 0 and 1');
  // By their quotient, so that neither square leaves the range of doubles.
  const quotient = standardError / priorDeviation;
  const weight = 1 / (1 + quotient * quotient);
  const posterior = estimate * weight;
  const deviation = standardError * Math.sqrt(weight);
  const u = posterior / deviation;
  const [lossBelow, lossAbove] = [expectedLoss(u) * deviation, expectedLoss(-u) * deviation];
  const half = -normalQuantile((1 - level) / 2) * deviation;
  return {
    estimate: posterior,
    standardDeviation: deviation,
    probabilityAbove: normalCdf(u),
    interval: { low: posterior - half, high: posterior + half },
    lossOfShipping: good === 'larger' ? lossBelow : lossAbove,
    lossOfKeeping: good === 'larger' ? lossAbove : lossBelow,
  };
}

/** E max(0, −Z) for Z ~ N(u, 1): φ(u) − u·Φ(−u). */
function expectedLoss(u: number): number {
  return Math.max(0, normalDensity(u) - u * normalCdf(-u));
}
