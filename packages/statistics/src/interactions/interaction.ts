import type { DifferenceRefusal } from '../difference/welch.ts';
import type { Estimate } from '../estimate/estimate.ts';
import { chiSquareSurvival } from '../special-functions/chi-square.ts';
import { studentTSurvival } from '../special-functions/student-t.ts';

/** The arms of two experiments that the same units are in. */
export interface InteractionCells {
  /** In the baseline of both; then the arm of the second only, of the first only, of both. */
  readonly neither: Estimate;
  readonly secondOnly: Estimate;
  readonly firstOnly: Estimate;
  readonly both: Estimate;
}

/** What comparing two experiments can come to. Numbers are finite and p-values above 0. */
export type InteractionOutcome =
  | {
      readonly kind: 'ok';
      /** (both − firstOnly) − (secondOnly − neither): by how much one treatment changes the other's effect. */
      readonly interaction: number;
      readonly standardError: number;
      readonly pValue: number;
      /** That the two assignments are independent; a small one says that one experiment's split depends on the other's. */
      readonly assignmentPValue: number;
    }
  | { readonly kind: 'not-computable'; readonly reason: DifferenceRefusal };

/**
 * Whether two experiments get in each other's way; t with Satterthwaite's degrees of freedom over the four cells.
 *
 * I = (ȳ₁₁ − ȳ₁₀) − (ȳ₀₁ − ȳ₀₀) in the metric's units, its variance Σ s²/n. It assumes that both experiments assign independently
 * of each other. It throws nothing: cells without enough units are a reason. Over many pairs `benjaminiHochberg` at 0.01 is to
 * follow.
 */
export function interactionOf(cells: InteractionCells): InteractionOutcome {
  const { neither, secondOnly, firstOnly, both } = cells;
  const all = [neither, secondOnly, firstOnly, both];
  if (all.some(({ n }) => n < 2)) return { kind: 'not-computable', reason: 'too-few-units' };
  const variance = all.reduce((sum, cell) => sum + cell.variance, 0);
  if (variance === 0) return { kind: 'not-computable', reason: 'no-variance' };
  const interaction = both.value - firstOnly.value - (secondOnly.value - neither.value);
  const standardError = Math.sqrt(variance);
  const spread = all.reduce((sum, cell) => sum + (cell.variance / variance) ** 2 / cell.degreesOfFreedom, 0);
  const t = interaction / standardError;
  if (![t, spread].every(Number.isFinite)) return { kind: 'not-computable', reason: 'not-finite' };
  const pValue = Math.min(1, Math.max(Number.MIN_VALUE, 2 * studentTSurvival(Math.abs(t), 1 / spread)));
  return { kind: 'ok', interaction, standardError, pValue, assignmentPValue: dependence(cells) };
}

/** Pearson's chi-square of the two-by-two table of units. */
function dependence({ neither, secondOnly, firstOnly, both }: InteractionCells): number {
  const total = neither.n + secondOnly.n + firstOnly.n + both.n;
  const determinant = (neither.n / total) * both.n - (secondOnly.n / total) * firstOnly.n;
  const margins =
    ((neither.n + secondOnly.n) / total) *
    ((firstOnly.n + both.n) / total) *
    (neither.n + firstOnly.n) *
    ((secondOnly.n + both.n) / total);
  return Math.max(Number.MIN_VALUE, chiSquareSurvival((determinant * determinant) / margins, 1));
}
