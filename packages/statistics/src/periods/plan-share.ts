import { firstWeekDays, planIsFixedFrom } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import { periodWeight } from './combine-periods.ts';

/** Matured units of both arms. */
export interface ArmUnits {
  readonly control: number;
  readonly treatment: number;
}

/**
 * The share t of the plan that has matured, from 0 to 1: Σ w over the periods by the plan's w, w = n_T·n_C/(n_T + n_C); it is n/N
 * where
 * the split is the planned one. In the first week it is no more than the share of the week.
 *
 * It is the share of the planned information where variances stay the same, which is what the O'Brien–Fleming bar asks for;
 * units, not 1/SE², so that a metric that grows can't feign progress.
 *
 * @param elapsedDays since the start; may have a fraction
 * @throws DomainError for a plan without units in both arms and a negative time
 */
export function planShare(periods: readonly ArmUnits[], planned: ArmUnits, elapsedDays: number): number {
  const check = argumentsOf('planShare');
  const whole = periodWeight(planned.control, planned.treatment);
  check(whole > 0 && whole < Infinity, 'the planned units', whole, 'greater than 0 in both arms');
  check(elapsedDays >= 0, 'elapsedDays', elapsedDays, 'at least 0');
  const matured = periods.reduce((sum, { control, treatment }) => sum + periodWeight(control, treatment), 0);
  return Math.min(1, matured / whole, elapsedDays / firstWeekDays);
}

/**
 * Whether the plan's units may still be raised (for more traffic or variance than expected, never for the effect seen so far).
 *
 * True below a share of 0.5 (C. Mehta & S. Pocock 2011, Stat. Med. 30, 3267, on what may be known then); later it would raise the
 * level to 6–8 %.
 */
export function mayRaisePlan(share: number): boolean {
  return share < planIsFixedFrom;
}
