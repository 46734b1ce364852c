import { argumentsOf } from '../domain-error.ts';
import { normalQuantile } from '../special-functions/normal.ts';

/** A planned comparison of two means that is looked at once, at the end. */
export interface FixedPlan {
  /** Variance of the metric over units, per arm; `bernoulliVariance(rate)` for a conversion metric. */
  readonly controlVariance: number;
  readonly treatmentVariance: number;
  /** The true difference of means to be found, in the metric's units; its sign does not matter. */
  readonly difference: number;
  /** Two-sided level, such as 0.05; α/k with k treatments. */
  readonly alpha: number;
  /** The probability of finding it, such as 0.8. */
  readonly power: number;
  /** How units are split between the two arms; equal where absent. Only the proportion counts. */
  readonly weights?: { readonly control: number; readonly treatment: number };
}

/** The least units that a plan needs, each arm rounded up. */
export interface RequiredUnits {
  readonly control: number;
  readonly treatment: number;
  readonly total: number;
}

/**
 * rate·(1 − rate): the variance of a metric that is 1 for units that convert and 0 for others.
 *
 * 0…¼ for a rate from 0 to 1; it throws nothing.
 */
export function bernoulliVariance(rate: number): number {
  argumentsOf('bernoulliVariance')(rate >= 0 && rate <= 1, 'rate', rate, 'from 0 to 1');
  return rate * (1 - rate);
}

/**
 * Units per arm for a fixed-horizon test: N with vA/(fA·N) + vB/(fB·N) = (δ/(z₁₋α/₂ + z₁₋β))², the usual normal-theory formula; for
 * equal arms n = (z₁₋α/₂ + z₁₋β)²·(vA + vB)/δ² each.
 *
 * Variances in squared units of the metric, the difference in its units. It assumes one look and normal means (J. Cohen 1988,
 * chapter 2).
 *
 * @throws DomainError for a difference of 0, variances that are negative or both 0, weights ≤ 0, and α or power out of range.
 */
export function requiredUnits(plan: FixedPlan): RequiredUnits {
  const { controlVariance, treatmentVariance, difference, alpha, power, weights = { control: 1, treatment: 1 } } = plan;
  const check = argumentsOf('requiredUnits');
  check(controlVariance >= 0 && controlVariance < Infinity, 'controlVariance', controlVariance, 'at least 0 and finite');
  check(treatmentVariance >= 0 && treatmentVariance < Infinity, 'treatmentVariance', treatmentVariance, 'at least 0 and finite');
  check(controlVariance + treatmentVariance > 0, 'the sum of both variances', 0, 'greater than 0');
  check(difference !== 0 && Number.isFinite(difference), 'difference', difference, 'finite and not 0');
  check(weights.control > 0 && weights.control < Infinity, 'weights.control', weights.control, 'greater than 0 and finite');
  check(
    weights.treatment > 0 && weights.treatment < Infinity,
    'weights.treatment',
    weights.treatment,
    'greater than 0 and finite',
  );
  check(alpha > 0 && alpha < 1, 'alpha', alpha, 'between 0 and 1');
  const standardError = Math.abs(difference) / (-normalQuantile(alpha / 2) + powerQuantile('requiredUnits', alpha, power));
  const treatmentPerControl = weights.treatment / weights.control;
  const control = Math.ceil((controlVariance + treatmentVariance / treatmentPerControl) / standardError / standardError);
  const treatment = Math.ceil((controlVariance * treatmentPerControl + treatmentVariance) / standardError / standardError);
  return { control, treatment, total: control + treatment };
}

/**
 * The smallest true difference that a comparison with this standard error finds with the given power: (z₁₋α/₂ + z₁₋β)·SE.
 *
 * @throws DomainError for a standard error that isn't positive and finite, and α or power out of range.
 */
export function minimumDetectableDifference(options: {
  readonly standardError: number;
  readonly alpha: number;
  readonly power: number;
}): number {
  const { standardError, alpha, power } = options;
  const check = argumentsOf('minimumDetectableDifference');
  check(standardError > 0 && standardError < Infinity, 'standardError', standardError, 'greater than 0 and finite');
  check(alpha > 0 && alpha < 1, 'alpha', alpha, 'between 0 and 1');
  return (-normalQuantile(alpha / 2) + powerQuantile('minimumDetectableDifference', alpha, power)) * standardError;
}

/** z₁₋β. A power of no more than α needs no units at all: the test errs that often anyway. */
function powerQuantile(functionName: string, alpha: number, power: number): number {
  argumentsOf(functionName)(power > alpha && power < 1, 'power', power, 'greater than alpha and less than 1');
  return normalQuantile(power);
}
