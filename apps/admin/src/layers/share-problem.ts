import { milliPercentOf, percentText } from './percent-text.ts';

/** Why a share of a layer can’t be given as it was typed; null where it can. Nothing else than what was typed is ever given. */
export function shareProblem(typed: string | number, freeMilliPercent: number): string | null {
  const share = milliPercentOf(typed) ?? 0;
  if (share <= 0) return 'Say how much of the layer it needs';
  return share > freeMilliPercent ? `No more than ${percentText(freeMilliPercent)} is free` : null;
}
