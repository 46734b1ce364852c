import { match, noMatch, numberValues, type PrepareMatcher, wrongType } from './matcher.ts';

function ordered(holds: (value: number, bound: number) => boolean): PrepareMatcher {
  return ({ values }) => {
    const bounds = numberValues(values);
    if (bounds === undefined) return undefined;
    return (value) => {
      if (typeof value !== 'number') return wrongType;
      for (const bound of bounds) if (holds(value, bound)) return match;
      return noMatch;
    };
  };
}

export const lessThan = ordered((value, bound) => value < bound);
export const lessOrEqual = ordered((value, bound) => value <= bound);
export const greaterThan = ordered((value, bound) => value > bound);
export const greaterOrEqual = ordered((value, bound) => value >= bound);

/** `between`: two numbers, both ends included. */
export const between: PrepareMatcher = ({ values }) => {
  const bounds = numberValues(values);
  const [low, high] = bounds ?? [];
  if (bounds?.length !== 2 || low === undefined || high === undefined) return undefined;
  return (value) => (typeof value !== 'number' ? wrongType : value >= low && value <= high ? match : noMatch);
};
