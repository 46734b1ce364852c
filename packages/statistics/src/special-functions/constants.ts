/** ½·ln 2π */
export const halfLogTwoPi = 0.9189385332046728;

/** √(2π) */
export const rootTwoPi = 2.5066282746310007;

/** ln of the smallest and of the largest positive double that quantile searches may visit. */
export const smallestLogarithm = -745;
export const largestLogarithm = 709.75;

/** A search that comes this close to a bound has its answer beyond it. */
export const boundaryWidth = 1e-9;
