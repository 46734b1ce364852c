import { milliPercentPerPercent, wholeMilliPercent } from '../../parts/milli-percent.ts';

/** What was typed in percent, in thousandths of it; null where it raises nothing or is more than everybody. */
export function raisedTo(percent: number | string, nowMilliPercent: number): number | null {
  const milliPercent = Math.round(Number(percent) * milliPercentPerPercent);
  return milliPercent > nowMilliPercent && milliPercent <= wholeMilliPercent ? milliPercent : null;
}
