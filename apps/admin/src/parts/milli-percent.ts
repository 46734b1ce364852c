/** Shares are counted in thousandths of a percent. */
export const milliPercentPerPercent = 1_000;

/** Everybody. */
export const wholeMilliPercent = 100 * milliPercentPerPercent;
