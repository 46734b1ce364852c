import { exactShareText } from '../parts/numbers.ts';
import { milliPercentPerPercent, wholeMilliPercent } from '../parts/milli-percent.ts';

/** A share in thousandths of a percent, for people. */
export function percentText(milliPercent: number): string {
  return exactShareText(milliPercent / wholeMilliPercent);
}

/** What a person typed in percent, in thousandths of it; null where it is no number. */
export function milliPercentOf(typed: string | number): number | null {
  const value = typeof typed === 'string' ? Number.parseFloat(typed) : typed;
  return Number.isFinite(value) ? Math.round(value * milliPercentPerPercent) : null;
}
