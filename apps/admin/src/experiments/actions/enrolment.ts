export const milliPercentPerPercent = 1_000;
const whole = 100_000;

/** What was typed in percent, in thousandths of it; null where it raises nothing or is more than everybody. */
export function raisedTo(percent: number | string, nowMilliPercent: number): number | null {
  const milliPercent = Math.round(Number(percent) * milliPercentPerPercent);
  return milliPercent > nowMilliPercent && milliPercent <= whole ? milliPercent : null;
}
