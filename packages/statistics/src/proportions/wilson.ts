import { argumentsOf } from '../domain-error.ts';
import type { Interval } from '../interval.ts';
import { checkConversions, type Conversions } from './conversions.ts';

/**
 * The score interval of one proportion (E. B. Wilson 1927, J. Am. Stat. Assoc. 22, 209): inside [0, 1] and of some width even where
 * nobody or everybody converted.
 *
 * @param criticalValue of the normal distribution, such as −normalQuantile(α/2).
 * @throws DomainError for counts that can't be and for a critical value that isn't positive and finite.
 */
export function wilsonInterval(conversions: Conversions, criticalValue: number): Interval {
  checkConversions('wilsonInterval', 'conversions', conversions);
  argumentsOf('wilsonInterval')(
    criticalValue > 0 && criticalValue < Infinity,
    'criticalValue',
    criticalValue,
    'greater than 0 and finite',
  );
  const { successes, trials } = conversions;
  const low = lowerLimit(successes, trials, criticalValue);
  return { low, high: 1 - lowerLimit(trials - successes, trials, criticalValue) };
}

/**
 * The smaller root of (p̂ − p)² = z²·p(1−p)/n: with s successes and f failures (s + z²/2 − z·√(sf/n + z²/4))/(n + z²), times its
 * conjugate, so that few successes keep their digits and none gives exactly 0.
 */
function lowerLimit(successes: number, trials: number, z: number): number {
  const failures = trials - successes;
  const root = z * Math.sqrt(successes * (failures / trials) + (z * z) / 4);
  return (successes * (successes / trials)) / (successes + (z * z) / 2 + root);
}
