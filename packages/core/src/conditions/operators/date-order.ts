import { dateTimeOf } from '../../context/plain-object.ts';
import { parseDateTime } from './date-time.ts';
import { match, noMatch, parsedValues, type PrepareMatcher, wrongType } from './matcher.ts';

/** Milliseconds since 1970 of what may stand for a moment: RFC 3339 text, a number, or a `Date`. NaN otherwise. */
function momentOf(value: unknown): number {
  if (typeof value === 'string') return parseDateTime(value);
  if (typeof value === 'number') return value;
  return typeof value === 'object' && value !== null ? (dateTimeOf(value) ?? Number.NaN) : Number.NaN;
}

function dateOrder(holds: (moment: number, bound: number) => boolean): PrepareMatcher {
  return ({ values }) => {
    const bounds = parsedValues(values, (value) => {
      const moment = momentOf(value);
      return Number.isNaN(moment) ? undefined : moment;
    });
    if (bounds === undefined) return undefined;
    return (value) => {
      const moment = momentOf(value);
      if (Number.isNaN(moment)) return wrongType;
      for (const bound of bounds) if (holds(moment, bound)) return match;
      return noMatch;
    };
  };
}

export const before = dateOrder((moment, bound) => moment < bound);
export const after = dateOrder((moment, bound) => moment > bound);
