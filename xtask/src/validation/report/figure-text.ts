import type { JudgedFigure } from '../judged.ts';

/** A figure as it is written: "5.17 %". */
export function valueText({ value, shownAs }: JudgedFigure): string {
  return shown(value, shownAs);
}

/** Where it has to be: "≤ 5.50 %"; empty without a band. */
export function bandText({ band, shownAs }: JudgedFigure): string {
  if (band === undefined) return '';
  const text = (value: number): string => shown(value, shownAs);
  if (band.low === undefined) return `≤ ${text(band.high ?? Number.NaN)}`;
  return band.high === undefined ? `≥ ${text(band.low)}` : `${text(band.low)} – ${text(band.high)}`;
}

function shown(value: number, as: JudgedFigure['shownAs']): string {
  if (as === 'percent') return `${(value * 100).toFixed(Math.abs(value) < 0.01 ? 3 : 2)} %`;
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
