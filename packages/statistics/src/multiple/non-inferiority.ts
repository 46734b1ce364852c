import { argumentsOf } from '../domain-error.ts';
import type { Interval } from '../interval.ts';

/** `passed`: not worse than the margin; `failed`: worse than the margin; `open`: not known yet. */
export type NonInferiority = 'passed' | 'failed' | 'open';

/**
 * Whether a guardrail got no worse than the margin. All of them have to pass, so α isn't divided among them (M. Schultzberg, S.
 * Ankargren
 * & M. Frånberg 2024, "Risk-aware product decisions in A/B tests with multiple metrics"); power is, see `guardrailPower`.
 *
 * @param interval sequential, in the units of the margin
 * @param margin > 0: what may be lost
 * @param good whether larger or smaller values are better
 * @throws DomainError for a margin that isn't positive
 */
export function nonInferiority(interval: Interval, margin: number, good: 'larger' | 'smaller'): NonInferiority {
  argumentsOf('nonInferiority')(margin > 0 && margin < Infinity, 'margin', margin, 'greater than 0 and finite');
  const [worst, best] = good === 'larger' ? [interval.low, interval.high] : [-interval.high, -interval.low];
  if (worst > -margin) return 'passed';
  return best < -margin ? 'failed' : 'open';
}

/**
 * The power that each of the primary metric and G guardrails is planned with so that all pass with the wanted one: 1 − β/(G + 1).
 *
 * By Bonferroni on the chances to miss (Schultzberg, Ankargren & Frånberg 2024); from 0 to 1.
 *
 * @throws DomainError for a power outside of (0, 1) or a number of guardrails that is none
 */
export function guardrailPower(power: number, guardrails: number): number {
  const check = argumentsOf('guardrailPower');
  check(power > 0 && power < 1, 'power', power, 'between 0 and 1');
  check(Number.isSafeInteger(guardrails) && guardrails >= 0, 'guardrails', guardrails, 'a whole number of at least 0');
  return 1 - (1 - power) / (guardrails + 1);
}
