import { forecastDays } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import type { Interval } from '../interval.ts';
import { studentTQuantile } from '../special-functions/student-t.ts';

/** Units that would meet the change in a week if everybody got it. */
export type WeeklyTraffic =
  | { readonly kind: 'ok'; readonly units: number; readonly interval: Interval }
  /** Fewer than 7 full days have been seen: weekdays differ. */
  | { readonly kind: 'too-early' };

/** What an effect is worth in a week of full rollout, in the metric's units (euros, orders …). */
export interface WeeklyEffect {
  readonly perWeek: number;
  /** Excludes 0 exactly when the interval of the effect does. */
  readonly interval: Interval;
}

/**
 * Eligible units per week: 7·(mean of the last 7 full days)/(the enrolled share), with Student's interval over those days, 6
 * degrees of
 * freedom. A day's variance is taken for at least its mean, as of a Poisson number: seven days that are alike by chance prove little.
 *
 * It assumes that traffic goes on as in that week. Weekdays that differ widen the interval, which is on the safe side.
 *
 * @param newUnits first exposures of all arms on each full day so far, in order; returning units don't count
 * @param options.enrolledShare the part of eligible units that take part in the experiment, in (0, 1]
 * @param options.level of the interval, such as 0.95
 * @throws DomainError for counts that are negative or no numbers, a share or level out of range
 */
export function weeklyTraffic(
  newUnits: readonly number[],
  options: { readonly enrolledShare: number; readonly level: number },
): WeeklyTraffic {
  const { enrolledShare, level } = options;
  const check = argumentsOf('weeklyTraffic');
  for (const [index, units] of newUnits.entries())
    check(units >= 0 && units < Infinity, `newUnits[${index}]`, units, 'at least 0 and finite');
  check(enrolledShare > 0 && enrolledShare <= 1, 'enrolledShare', enrolledShare, 'greater than 0 and at most 1');
  check(level > 0 && level < 1, 'level', level, 'between 0 and 1');
  if (newUnits.length < forecastDays) return { kind: 'too-early' };
  const week = newUnits.slice(-forecastDays);
  const mean = week.reduce((sum, units) => sum + units, 0) / forecastDays;
  const variance = week.reduce((sum, units) => sum + (units - mean) ** 2, 0) / (forecastDays - 1);
  const standardError = Math.sqrt(Math.max(variance, mean) / forecastDays);
  const reach = -studentTQuantile((1 - level) / 2, forecastDays - 1) * standardError;
  const perWeek = (perDay: number): number => (7 * perDay) / enrolledShare;
  return { kind: 'ok', units: perWeek(mean), interval: { low: perWeek(Math.max(0, mean - reach)), high: perWeek(mean + reach) } };
}

/**
 * An effect at full rollout: Δ·U per week, Δ the difference per unit within the metric's window and U the eligible units of a
 * week. Its
 * interval is made of the worst ends of both: Δ_low·U_low above 0 and Δ_low·U_high below it, Δ_high the other way round. With levels
 * 1 − α and 1 − α_U it contains the truth with at least 1 − α − α_U, and in practice with more than 1 − α; it never contradicts
 * the verdict on Δ.
 *
 * It assumes that those who come later react as those who came so far, and that a unit's effect ends with its window.
 *
 * @param effect the absolute difference per unit with its interval, sequential where looks are: never a lift
 * @param traffic from `weeklyTraffic`
 * @throws DomainError for figures that aren't finite, ends in the wrong order, and less than no traffic
 */
export function atFullRollout(
  effect: { readonly difference: number; readonly interval: Interval },
  traffic: { readonly units: number; readonly interval: Interval },
): WeeklyEffect {
  const check = argumentsOf('atFullRollout');
  checkEnds(check, 'effect', effect.difference, effect.interval);
  checkEnds(check, 'traffic', traffic.units, traffic.interval);
  check(traffic.interval.low >= 0, 'traffic.interval.low', traffic.interval.low, 'at least 0');
  const { low, high } = effect.interval;
  const { low: fewest, high: most } = traffic.interval;
  return {
    perWeek: effect.difference * traffic.units,
    interval: { low: low * (low > 0 ? fewest : most), high: high * (high > 0 ? most : fewest) },
  };
}

function checkEnds(check: ReturnType<typeof argumentsOf>, name: string, value: number, { low, high }: Interval): void {
  check(Number.isFinite(value), name, value, 'a finite number');
  check(Number.isFinite(low) && Number.isFinite(high), `${name}.interval`, `${low}, ${high}`, 'of finite numbers');
  check(low <= high, `${name}.interval.low`, low, `at most high, ${high}`);
}
