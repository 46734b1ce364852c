/** Truth of a condition as a small integer, so that closures return it without allocation. */
export type Certainty = typeof isFalse | typeof isTrue | typeof isUnknown;

export const isFalse = 0;
export const isTrue = 1;
/** Can't be known here: `not` of it is unknown too, so that it lets nobody in. */
export const isUnknown = 2;

/** Kleene's negation. */
export function negated(certainty: Certainty): Certainty {
  if (certainty === isUnknown) return isUnknown;
  return certainty === isTrue ? isFalse : isTrue;
}
