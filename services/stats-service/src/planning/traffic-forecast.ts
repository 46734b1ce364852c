import { daysLeft } from '@stitchd/statistics';

/** New units on each full day of the past, of all that would take part. */
export interface TrafficForecast {
  readonly newUnitsByDay: readonly number[];
}

export interface ForecastDays {
  readonly days: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

const never: ForecastDays = { days: null, low: null, high: null };

/**
 * How long it takes until so many units have come: as long as it took in the past, and beyond that as the last days say. Whoever comes
 * often counts once, on the first day: that is why the first days of the past, like those of an experiment, bring the most.
 */
export function daysFor(forecast: TrafficForecast, units: number, windowDays: number): ForecastDays {
  const { newUnitsByDay } = forecast;
  const window = Math.ceil(windowDays);
  let [come, day] = [0, 0];
  for (const units_ of newUnitsByDay) {
    come += units_;
    day += 1;
    if (come >= units) return { days: day + window, low: day + window, high: day + window };
  }
  const rest = daysLeft({ newUnits: newUnitsByDay, unitsMissing: units - come, windowDays });
  return rest.kind === 'ok' ? { days: day + rest.days, low: day + rest.low, high: day + rest.high } : never;
}

/** How many units come in so many days, whose windows have closed by then. */
export function unitsIn(forecast: TrafficForecast, days: number, windowDays: number): number {
  const { newUnitsByDay } = forecast;
  const open = Math.max(0, Math.floor(days - windowDays));
  const known = newUnitsByDay.slice(0, open).reduce((sum, units) => sum + units, 0);
  return Math.floor(known + Math.max(0, open - newUnitsByDay.length) * perDay(forecast));
}

const week = 7;

/** The mean of the last week. */
export function perDay({ newUnitsByDay }: TrafficForecast): number {
  const last = newUnitsByDay.slice(-week);
  return last.length === 0 ? 0 : last.reduce((sum, units) => sum + units, 0) / last.length;
}
