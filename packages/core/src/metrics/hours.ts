const hourMs = 3_600_000;

/** A time in whole milliseconds, which is what is compared: fractions of hours are rounded to them. */
export function hoursToMs(hours: number): number {
  return Math.round(hours * hourMs);
}

/** @see hoursToMs */
export function daysToMs(days: number): number {
  return hoursToMs(days * 24);
}
