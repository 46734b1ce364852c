import { argumentsOf } from '../domain-error.ts';
import { deviance } from '../special-functions/deviance.ts';
import { stirlingError } from '../special-functions/stirling-error.ts';
import { expectedSplit, type ArmCount, type ExpectedSplit } from './arm-count.ts';

/**
 * Concentrations of the Dirichlet alternatives that are averaged: small ones see a gross mismatch within a few hundred units, large
 * ones a slight mismatch of a large sample.
 */
export const defaultConcentrations: readonly number[] = [10, 100, 1000, 10_000];

/** The evidence at one look that the arms' sizes don't fit the split. */
export interface SampleRatioEvidence {
  /**
   * ln E. E is the factor by which the counts are likelier under the mixture of alternatives than under the split. Under the split E
   * exceeds 1/α at any look, ever, with probability α at most. Evidence of periods with different weights adds up.
   */
  readonly logEvidence: number;
  /** min(1, 1/E); the least of all looks so far is a p-value at any time. */
  readonly pValue: number;
  /** Units in arms with weight 0, which are no part of the evidence: any is a fault. */
  readonly unexpectedUnits: number;
}

/**
 * The anytime-valid multinomial test (M. Lindon & A. Malek 2022, "Anytime-valid inference for multinomial count data"): the
 * Dirichlet-multinomial likelihood with mean at the split over the multinomial one, averaged over concentrations.
 *
 * @param options.concentrations of the alternatives, each > 0.
 * @throws DomainError for counts that aren't whole numbers ≥ 0, negative or infinite weights, and no or bad concentrations.
 */
export function sampleRatioEvidence(
  counts: readonly ArmCount[],
  options: { readonly concentrations?: readonly number[] } = {},
): SampleRatioEvidence {
  const { concentrations = defaultConcentrations } = options;
  const check = argumentsOf('sampleRatioEvidence');
  check(concentrations.length > 0, 'concentrations', '[]', 'at least one');
  for (const value of concentrations) check(value > 0 && value < Infinity, 'concentrations', value, 'greater than 0 and finite');
  const split = expectedSplit('sampleRatioEvidence', counts);
  const logarithms = concentrations.map((concentration) => logEvidenceAt(split, concentration));
  const largest = Math.max(...logarithms);
  const scaled = logarithms.reduce((sum, logarithm) => sum + Math.exp(logarithm - largest), 0);
  const logEvidence = largest + Math.log(scaled / logarithms.length);
  return { logEvidence, pValue: evidencePValue(logEvidence), unexpectedUnits: split.unexpectedUnits };
}

/**
 * ln Γ(k) − ln Γ(k+N) + Σ(ln Γ(kθᵢ+nᵢ) − ln Γ(kθᵢ)) − Σ nᵢ·ln θᵢ, with each ln Γ(x) written as (x−½)·ln x − x + ½·ln 2π + δ(x).
 * The terms of size N·ln N then cancel on paper into deviances, so that ten billion units lose no digits.
 */
function logEvidenceAt({ arms, units }: ExpectedSplit, concentration: number): number {
  const total = concentration + units;
  let sum = 0.5 * Math.log(total / concentration) - stirlingError(total) + stirlingError(concentration);
  for (const arm of arms) {
    const prior = concentration * arm.share;
    const posterior = prior + arm.units;
    sum += deviance(posterior, total * arm.share) - 0.5 * Math.log(posterior / prior);
    sum += stirlingError(posterior) - stirlingError(prior);
  }
  return sum;
}

/** min(1, 1/E), which is never 0. */
export function evidencePValue(logEvidence: number): number {
  return Math.max(Number.MIN_VALUE, Math.min(1, Math.exp(-logEvidence)));
}
