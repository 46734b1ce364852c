import { argumentsOf } from '../domain-error.ts';
import type { Estimate } from '../estimate/estimate.ts';

/** A time in which the arms' weights did not change. */
export interface Period {
  readonly control: Estimate;
  readonly treatment: Estimate;
}

/**
 * n_T·n_C/(n_T + n_C): how much a period tells about the difference; 0 where an arm is empty.
 *
 * In units; half of the harmonic mean of both counts. It throws nothing.
 */
export function periodWeight(controlUnits: number, treatmentUnits: number): number {
  const units = controlUnits + treatmentUnits;
  return units === 0 ? 0 : controlUnits * (treatmentUnits / units);
}

/**
 * Both arms over all periods, each period weighted by w = n_T·n_C/(n_T + n_C). Pooling the units instead compares different times
 * with
 * each other as soon as weights change: under a ramp of 1, 10 and 50 % with a moving base it finds effects where there are none.
 *
 * Values Σ w·ȳ/Σ w, variances Σ w²·v/(Σ w)², degrees of freedom by Satterthwaite; the weights make the variance of the difference
 * least where arms vary alike (W. Cochran 1954, Biometrics 10, 417). It assumes one effect in all periods; where it isn't one, it
 * is their average with these weights.
 *
 * @throws DomainError without a period that has units in both arms
 */
export function combinePeriods(periods: readonly Period[]): Period {
  const weights = periods.map(({ control, treatment }) => periodWeight(control.n, treatment.n));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  argumentsOf('combinePeriods')(total > 0, 'the number of periods with units in both arms', 0, 'at least 1');
  const shares = weights.map((weight) => weight / total);
  return {
    control: combined(
      periods.map(({ control }) => control),
      shares,
    ),
    treatment: combined(
      periods.map(({ treatment }) => treatment),
      shares,
    ),
  };
}

function combined(estimates: readonly Estimate[], shares: readonly number[]): Estimate {
  // A period without weight may have an arm without units, whose figures are none.
  const parts = estimates.flatMap((estimate, index) => {
    const share = shares[index] ?? 0;
    return share === 0 ? [] : [{ ...estimate, share }];
  });
  const variance = parts.reduce((sum, part) => sum + part.share ** 2 * part.variance, 0);
  const spread = parts.reduce(
    (sum, part) => sum + ((part.share ** 2 * part.variance) / variance) ** 2 / part.degreesOfFreedom,
    0,
  );
  const n = parts.reduce((sum, part) => sum + part.n, 0);
  return {
    n,
    value: parts.reduce((sum, part) => sum + part.share * part.value, 0),
    variance,
    degreesOfFreedom: variance > 0 ? 1 / spread : Math.max(1, n - parts.length),
  };
}
