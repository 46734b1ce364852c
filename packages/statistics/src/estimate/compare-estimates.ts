import { argumentsOf } from '../domain-error.ts';
import type { WelchOutcome } from '../difference/welch.ts';
import { studentTQuantile, studentTSurvival } from '../special-functions/student-t.ts';
import type { Estimate } from './estimate.ts';

/**
 * The difference of two independent estimates by Student's t with Satterthwaite's degrees of freedom,
 * SE⁴/Σ(v_k²/df_k) (F. E. Satterthwaite 1946, Biometrics Bulletin 2, 110). For two plain means it is Welch's test.
 *
 * An arm without variance is no error as long as the other has some.
 *
 * @param options.alpha in (0, 1): one minus the level of the interval
 * @throws DomainError for any other alpha
 */
export function compareEstimates(control: Estimate, treatment: Estimate, options: { readonly alpha: number }): WelchOutcome {
  const { alpha } = options;
  argumentsOf('compareEstimates')(alpha > 0 && alpha < 1, 'alpha', alpha, 'between 0 and 1');
  const squaredError = control.variance + treatment.variance;
  if (squaredError === 0) return { kind: 'not-computable', reason: 'no-variance' };
  // As shares of their sum, so that no fourth power of the standard error is formed.
  const spread =
    (control.variance / squaredError) ** 2 / control.degreesOfFreedom +
    (treatment.variance / squaredError) ** 2 / treatment.degreesOfFreedom;
  const difference = treatment.value - control.value;
  const standardError = Math.sqrt(squaredError);
  const result = { difference, standardError, degreesOfFreedom: 1 / spread, t: difference / standardError };
  if (!Object.values(result).every(Number.isFinite)) return { kind: 'not-computable', reason: 'not-finite' };
  const criticalValue = -studentTQuantile(alpha / 2, result.degreesOfFreedom);
  const halfWidth = criticalValue * standardError;
  const interval = { low: difference - halfWidth, high: difference + halfWidth };
  if (!Number.isFinite(interval.low) || !Number.isFinite(interval.high)) return { kind: 'not-computable', reason: 'not-finite' };
  // Where the tail is below the smallest double it is still no nought.
  const pValue = Math.max(Number.MIN_VALUE, 2 * studentTSurvival(Math.abs(result.t), result.degreesOfFreedom));
  return { kind: 'ok', ...result, pValue: Math.min(1, pValue), interval, criticalValue };
}
