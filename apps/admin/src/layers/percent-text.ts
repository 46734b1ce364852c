const percent = new Intl.NumberFormat('en', { maximumFractionDigits: 3 });
const perPercent = 1_000;

/** A share in thousandths of a percent, for people. */
export function percentText(milliPercent: number): string {
  return `${percent.format(milliPercent / perPercent)}\u00A0%`;
}

/** What a person typed in percent, in thousandths of it; null where it is no number. */
export function milliPercentOf(typed: string | number): number | null {
  const value = typeof typed === 'string' ? Number.parseFloat(typed) : typed;
  return Number.isFinite(value) ? Math.round(value * perPercent) : null;
}
