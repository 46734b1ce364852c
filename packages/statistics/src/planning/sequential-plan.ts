import { plannedDrift, sequentialInflation } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import { requiredUnits, type FixedPlan, type RequiredUnits } from '../sample-size/fixed-horizon.ts';
import { obrienFlemingBoundary } from '../sequential/obrien-fleming.ts';
import { normalQuantile, normalSurvival } from '../special-functions/normal.ts';

/** A planned experiment that is looked at as often as one likes. */
export interface SequentialPlan extends FixedPlan {
  /** Arms compared with the baseline; 1 where absent. Each gets α/k. */
  readonly treatments?: number;
  /** What the adjustment by the past leaves of the variance, 1 − ρ²; 1 where absent. */
  readonly varianceRatio?: number;
}

/**
 * The units of a planned experiment: those of a fixed test at α/k, times 1.07 for the looks, times what the adjustment leaves of the
 * variance. `total` counts every treatment.
 *
 * 1.07 keeps the power of the fixed test under 336 looks; with few looks it is 2 to 3 points less. It assumes normal means and
 * variances as given, in squared units of the metric.
 *
 * @throws DomainError as `requiredUnits`, and for a variance ratio outside of (0, 1] or a number of treatments that is none
 */
export function sequentialUnits(plan: SequentialPlan): RequiredUnits {
  const { treatments = 1, varianceRatio = 1, ...fixed } = plan;
  const check = argumentsOf('sequentialUnits');
  check(Number.isSafeInteger(treatments) && treatments >= 1, 'treatments', treatments, 'a whole number of at least 1');
  check(varianceRatio > 0 && varianceRatio <= 1, 'varianceRatio', varianceRatio, 'greater than 0 and at most 1');
  const { control, treatment } = requiredUnits({
    ...fixed,
    alpha: fixed.alpha / treatments,
    controlVariance: fixed.controlVariance * varianceRatio * sequentialInflation,
    treatmentVariance: fixed.treatmentVariance * varianceRatio * sequentialInflation,
  });
  return { control, treatment, total: control + treatments * treatment };
}

/**
 * The smallest true difference that a look with this standard error would call with the given power: (c/√t + z₁₋β)·SE.
 *
 * In the units of the standard error. c is `obrienFlemingBoundary`.
 *
 * @throws DomainError for figures out of range
 */
export function currentMinimumEffect(look: {
  readonly standardError: number;
  readonly share: number;
  readonly alpha: number;
  readonly power: number;
}): number {
  const { standardError, share, alpha, power } = look;
  const check = argumentsOf('currentMinimumEffect');
  check(standardError > 0 && standardError < Infinity, 'standardError', standardError, 'greater than 0 and finite');
  check(share > 0 && share <= 1, 'share', share, 'greater than 0 and at most 1');
  check(power > 0 && power < 1, 'power', power, 'between 0 and 1');
  return (obrienFlemingBoundary(alpha) / Math.sqrt(share) + normalQuantile(power)) * standardError;
}

/**
 * The probability that the plan's end calls the effect if it is the planned one: Φ̄((c − z√t − δ(1 − t))/√(1 − t)).
 *
 * 0…1; the increments of z√t are those of a Brownian motion with drift δ (K. K. G. Lan & J. Wittes 1988, Biometrics 44, 579). It
 * is advice: stopping for it costs power, never the level.
 *
 * @param look.z towards the good side
 * @param look.drift δ: the planned effect in standard errors at the end; that of 80 % power where absent
 * @throws DomainError for a share outside of (0, 1)
 */
export function conditionalPower(look: {
  readonly z: number;
  readonly share: number;
  readonly alpha: number;
  readonly drift?: number;
}): number {
  const { z, share, alpha, drift = plannedDrift } = look;
  const check = argumentsOf('conditionalPower');
  check(share > 0 && share < 1, 'share', share, 'between 0 and 1');
  check(Number.isFinite(z) && Number.isFinite(drift), 'z and drift', `${z}, ${drift}`, 'finite numbers');
  const missing = obrienFlemingBoundary(alpha) - z * Math.sqrt(share) - drift * (1 - share);
  return normalSurvival(missing / Math.sqrt(1 - share));
}
