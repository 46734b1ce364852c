/** Permutations of the randomisation test where none are asked for. */
export const defaultPermutations = 10_000;

/** With fewer units in an arm than this, the randomisation test replaces Student's t for means and ratios. */
export const randomisationBelowUnits = 200;

/** With a unit that holds more than this share of a ratio's denominator, it does so too. */
export const largestDenominatorShare = 0.05;

/** The shares of the plan at which a randomisation test is looked at, besides the end date. */
export const randomisationLooks: readonly number[] = [0.5, 0.75, 1];
