import type { Reader } from '../validation/validation.ts';
import { hoursToMs } from './hours.ts';
import { metricLimits } from './metric-limits.ts';

/** A finite number for which something holds. */
export function readNumberWhere(holds: (number: number) => boolean, message: string): Reader<number> {
  return (input, path, errors) =>
    typeof input === 'number' && Number.isFinite(input) && holds(input) ? input : errors.add(path, message);
}

/** One of some names. */
export function readChoice<Choice extends string>(choices: readonly Choice[]): Reader<Choice> {
  return (input, path, errors) =>
    choices.find((choice) => choice === input) ?? errors.add(path, `must be one of ${choices.join(', ')}`);
}

/** Hours of a window: at least a minute, at most `most`; 0 where that means something. */
export function readWindowHours(most: number, zero: string | undefined): Reader<number> {
  const isWindow = (hours: number): boolean => hoursToMs(hours) >= metricLimits.leastWindowMs && hours <= most;
  const message = `must be hours, from a minute to ${most}${zero === undefined ? '' : `, or 0 (${zero})`}`;
  return readNumberWhere((hours) => isWindow(hours) || (zero !== undefined && hours === 0), message);
}
