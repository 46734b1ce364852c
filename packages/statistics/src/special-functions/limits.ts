/**
 * Bounds of the special functions.
 *
 * Near its mean the incomplete gamma function needs about 9·√shape terms, and rounding in its prefix grows with
 * √shape too: 10¹⁰ is where both stay tolerable (under a million terms, relative error under 10⁻¹⁰).
 */
export const largestShape = 1e10;

/** Terms of a series or continued fraction before the function gives up; √largestShape needs under a tenth of it. */
export const largestTermCount = 10_000_000;

/** Steps of a quantile search; halving alone narrows any bracket used here to one unit in the last place in 64. */
export const largestStepCount = 200;
