import type { Moments } from '../moments/moments.ts';
import type { Conversions } from '../proportions/conversions.ts';
import { fisherExact } from '../proportions/fisher-exact.ts';
import { newcombeInterval } from '../proportions/newcombe.ts';
import { normalQuantile } from '../special-functions/normal.ts';
import { fewConversionsBelow } from './limits.ts';
import type { DifferenceOutcome } from './metric-analysis.ts';

/** Whether so few units of this arm converted, or so few did not, that the normal approximation of its rate is poor. */
export function hasFewConversions(moments: Moments): boolean {
  const { successes, trials } = conversionsOf(moments);
  return Math.min(successes, trials - successes) < fewConversionsBelow;
}

/** Fisher's mid-p for the p-value, Newcombe's interval for the difference. */
export function compareFewConversions(baseline: Moments, treatment: Moments, alpha: number): DifferenceOutcome {
  if (baseline.n === 0 || treatment.n === 0) return { kind: 'not-computable', reason: 'too-few-units' };
  const control = conversionsOf(baseline);
  const treated = conversionsOf(treatment);
  return {
    kind: 'ok',
    method: 'fisher-newcombe',
    difference: treatment.mean - baseline.mean,
    pValue: fisherExact(control, treated).midPValue,
    interval: newcombeInterval(control, treated, -normalQuantile(alpha / 2)),
  };
}

/** Zeros and ones: the sum is the count of ones, up to the rounding of the mean. */
function conversionsOf({ n, mean }: Moments): Conversions {
  return { successes: Math.round(mean * n), trials: n };
}
