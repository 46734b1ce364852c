import { brokenLogEvidence, imbalanceAlpha, mixedShareAbove } from '../limits.ts';
import type { BrokenReason } from './decision.ts';

/** What is known of an experiment's data; the largest evidence and least p-values of all looks so far. */
export interface HealthFigures {
  readonly sampleRatio: { readonly logEvidence: number; readonly worst?: { readonly name: string; readonly value: string } };
  /** Of triggered analyses. */
  readonly triggerRate?: { readonly logEvidence: number };
  /** p-values are always-valid ones. */
  readonly covariates: readonly { readonly covariate: string; readonly pValue: number }[];
  readonly mixed: { readonly share: number; readonly pValue: number };
}

/**
 * Every reason not to use the data, gravest first; p-values are held against 0.001 divided by the number of checks.
 *
 * Evidence on the split, and on triggering, blocks from E > 1000; imbalances, and mixed units above a share of 1 %, from an
 * always-valid p ≤ 0.001/(number of checks) (C. Bonferroni 1936).
 */
export function brokenReasons({ sampleRatio, triggerRate, covariates, mixed }: HealthFigures): readonly BrokenReason[] {
  // The mixed units are one check besides the covariates; evidence has its own bar.
  const alpha = imbalanceAlpha / (covariates.length + 1);
  const reasons: BrokenReason[] = [];
  if (sampleRatio.logEvidence > brokenLogEvidence) reasons.push({ kind: 'sample-ratio', ...sampleRatio });
  if (triggerRate !== undefined && triggerRate.logEvidence > brokenLogEvidence)
    reasons.push({ kind: 'trigger-rate', logEvidence: triggerRate.logEvidence });
  for (const { covariate, pValue } of covariates) if (pValue < alpha) reasons.push({ kind: 'imbalance', covariate, pValue });
  if (mixed.share > mixedShareAbove && mixed.pValue < alpha) reasons.push({ kind: 'mixed-units', ...mixed });
  return reasons;
}
