/** Looks of two weeks, hour by hour. */
export const hourlyLooks = 336;

/** 1/336, 2/336, … 1 */
export const hourlyShares: readonly number[] = Array.from({ length: hourlyLooks }, (_, look) => (look + 1) / hourlyLooks);
