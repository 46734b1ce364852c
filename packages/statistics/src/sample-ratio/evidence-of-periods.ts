import { argumentsOf } from '../domain-error.ts';
import type { ArmCount } from './arm-count.ts';
import { evidencePValue, sampleRatioEvidence, type SampleRatioEvidence } from './evidence.ts';

/**
 * The evidence over periods with different weights: the product of the periods' E, which is again one that exceeds 1/α with
 * probability
 * α at most. Counts of several periods must not be compared with the weights of the last.
 *
 * ln E = Σ ln E of the periods, p = min(1, 1/E) (V. Vovk & R. Wang 2021, Ann. Stat. 49, 1736, on products of e-values).
 *
 * @param periods each with the counts and weights of its own units only
 * @throws DomainError for counts and weights that can't be
 */
export function evidenceOfPeriods(periods: readonly (readonly ArmCount[])[]): SampleRatioEvidence {
  const each = periods.map((counts) => sampleRatioEvidence(counts));
  const logEvidence = each.reduce((sum, period) => sum + period.logEvidence, 0);
  return {
    logEvidence,
    pValue: evidencePValue(logEvidence),
    unexpectedUnits: each.reduce((sum, period) => sum + period.unexpectedUnits, 0),
  };
}

/** One value of a dimension, such as a platform, with its evidence. */
export interface DimensionEvidence {
  readonly value: string;
  readonly logEvidence: number;
  /** 1/E times the number of values looked at, at most 1. */
  readonly pValue: number;
}

/**
 * Where a split does not fit: the evidence per value of a dimension, the strongest first, p-values by Bonferroni.
 *
 * p times the number of values, at most 1.
 *
 * @param counts by value: per period the arms' counts within it
 * @throws DomainError for counts and weights that can't be
 */
export function evidenceByValue(
  counts: Readonly<Record<string, readonly (readonly ArmCount[])[]>>,
): readonly DimensionEvidence[] {
  const entries = Object.entries(counts);
  return entries
    .map(([value, periods]) => {
      const { logEvidence } = evidenceOfPeriods(periods);
      return { value, logEvidence, pValue: Math.min(1, entries.length * evidencePValue(logEvidence)) };
    })
    .toSorted((a, b) => b.logEvidence - a.logEvidence);
}

/** Mixed units, those that saw more than one arm, of all units of an arm. */
export interface MixedUnits {
  readonly units: number;
  readonly mixed: number;
}

/** How many units saw several arms, and whether that depends on the arm. */
export interface MixedShare {
  /** Of all units. 0 without units. */
  readonly share: number;
  /** Valid at any look once the least of all is taken: whether mixed units are spread over the arms as the units are. */
  readonly pValue: number;
}

/**
 * The share of units that saw more than one arm. A treatment that changes who comes back changes the share of mixed units by arm,
 * which
 * is why they are kept where they were first and not dropped.
 *
 * 0…1 of all units, and the evidence that it differs by arm.
 *
 * @throws DomainError for counts that can't be
 */
export function mixedShare(arms: readonly MixedUnits[]): MixedShare {
  const check = argumentsOf('mixedShare');
  for (const { units, mixed } of arms) check(mixed >= 0 && mixed <= units, 'mixed', mixed, `from 0 to ${units}`);
  const units = arms.reduce((sum, arm) => sum + arm.units, 0);
  const mixed = arms.reduce((sum, arm) => sum + arm.mixed, 0);
  const { pValue } = sampleRatioEvidence(arms.map((arm) => ({ units: arm.mixed, weight: arm.units })));
  return { share: units === 0 ? 0 : mixed / units, pValue };
}
