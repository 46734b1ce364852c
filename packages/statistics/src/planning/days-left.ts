import { forecastDays, longestForecastDays } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import { normalQuantile } from '../special-functions/normal.ts';

/** A forecast. */
export type DaysLeft =
  /** Whole days until the units have come and their windows have closed: expected, and with 80 % probability between low and high. */
  | { readonly kind: 'ok'; readonly days: number; readonly low: number; readonly high: number }
  /** More than 60 days at today's traffic, or never: the plan has to change. */
  | { readonly kind: 'change-the-plan' }
  /** Fewer than 7 full days have been seen. */
  | { readonly kind: 'too-early' };

/** What a forecast is made from. */
export interface Forecast {
  /** New units of all arms on each full day so far, in order; returning ones don't count. */
  readonly newUnits: readonly number[];
  /** That still have to come. */
  readonly unitsMissing: number;
  /** Of the metric: the last unit has to complete it. */
  readonly windowDays: number;
}

/**
 * How long it takes until the plan is reached: the mean of the last 7 full days, times a decay fitted to all of them, for those
 * who are
 * new become fewer. Its bounds follow how much the days differ.
 *
 * Whole days; least n with u·(r + … + rⁿ) ≥ missing, u the mean and r ≤ 1 the factor per day by least squares on ln(units + 1),
 * plus the window. low and high take u ± 1.28·s/√7. It assumes traffic as in the last week; growth is not counted on.
 *
 * @throws DomainError for counts that are negative or no numbers
 */
export function daysLeft({ newUnits, unitsMissing, windowDays }: Forecast): DaysLeft {
  const check = argumentsOf('daysLeft');
  for (const [index, units] of newUnits.entries())
    check(units >= 0 && units < Infinity, `newUnits[${index}]`, units, 'at least 0 and finite');
  check(unitsMissing >= 0 && unitsMissing < Infinity, 'unitsMissing', unitsMissing, 'at least 0 and finite');
  check(windowDays >= 0 && windowDays < Infinity, 'windowDays', windowDays, 'at least 0 and finite');
  const window = Math.ceil(windowDays);
  if (unitsMissing === 0) return { kind: 'ok', days: window, low: window, high: window };
  if (newUnits.length < forecastDays) return { kind: 'too-early' };
  const week = newUnits.slice(-forecastDays);
  const mean = week.reduce((sum, units) => sum + units, 0) / week.length;
  const variance = week.reduce((sum, units) => sum + (units - mean) ** 2, 0) / (week.length - 1);
  const reach = (normalQuantile(0.9) * Math.sqrt(variance)) / Math.sqrt(week.length);
  const decay = dailyDecay(newUnits);
  const at = (perDay: number): number => window + daysUntil(unitsMissing, perDay, decay);
  const days = at(mean);
  if (!(days <= longestForecastDays)) return { kind: 'change-the-plan' };
  return { kind: 'ok', days, low: at(mean + reach), high: Math.min(longestForecastDays, at(Math.max(0, mean - reach))) };
}

/** Whole days of a geometric series; infinite where it never gets there. */
function daysUntil(units: number, perDay: number, decay: number): number {
  if (perDay <= 0) return Infinity;
  if (decay >= 1) return Math.ceil(units / perDay);
  // perDay·(r + r² + … + rⁿ) ≥ units, the last day seen being r⁰.
  const left = 1 - (units * (1 - decay)) / (perDay * decay);
  return left <= 0 ? Infinity : Math.ceil(Math.log(left) / Math.log(decay));
}

/** The slope of ln(units + 1) over the days, as a factor per day, at most 1: growth is not counted on. */
function dailyDecay(newUnits: readonly number[]): number {
  const middle = (newUnits.length - 1) / 2;
  let [products, squares] = [0, 0];
  for (const [day, units] of newUnits.entries()) {
    products += (day - middle) * Math.log1p(units);
    squares += (day - middle) ** 2;
  }
  return Math.min(1, Math.exp(products / squares));
}
