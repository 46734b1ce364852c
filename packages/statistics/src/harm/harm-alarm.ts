import { harmAlpha, harmConcentration, sequenceBegins } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import type { Estimate } from '../estimate/estimate.ts';
import type { ArmCount } from '../sample-ratio/arm-count.ts';
import { evidencePValue, sampleRatioEvidence } from '../sample-ratio/evidence.ts';
import { sequenceCriticalValue, sequencePValue } from '../sequential/confidence-sequence.ts';

/**
 * The level of each comparison: 0.01 by the number of windows, metrics (the primary is one) and arms against the baseline.
 *
 * By Bonferroni, however the comparisons hang together: at most 1 in 100 sound experiments rings at all.
 *
 * @throws DomainError for counts whose product is no whole number of at least 1
 */
export function harmLevel(counts: { readonly windows: number; readonly metrics: number; readonly arms: number }): number {
  const comparisons = counts.windows * counts.metrics * counts.arms;
  argumentsOf('harmLevel')(Number.isSafeInteger(comparisons) && comparisons > 0, 'comparisons', comparisons, 'at least 1');
  return harmAlpha / comparisons;
}

/** What the alarm on conversion counts says. */
export interface ConversionHarm {
  readonly isAlarmed: boolean;
  /** Whether the treatment lies on the bad side at all, however little. */
  readonly isHarmful: boolean;
  readonly logEvidence: number;
  /** Valid at any look once the least of all is taken. */
  readonly pValue: number;
}

/** Converting units of both arms in a time in which their weights did not change. */
export interface ConvertedUnits {
  readonly control: ArmCount;
  readonly treatment: ArmCount;
}

/**
 * The harm alarm on counts of converting units, from the first conversion on: without effect the arms of converting units are drawn
 * with the split's weights, so the sample-ratio evidence is exact for them. 20 against 0 give E = 49,900.
 *
 * ln E as in `sampleRatioEvidence` with the single concentration 2, so that few conversions on one side are enough, and the sum of it
 * over times with different weights, as in `evidenceOfPeriods`: summed counts would compare times with each other as soon as weights
 * change. It rings where E > 1/level. It assumes that a unit counts once (M. Lindon & A. Malek 2022).
 *
 * @param times of constant weights, each with its own units only
 * @param harmful whether more or fewer conversions are bad
 * @param level from `harmLevel`
 * @throws DomainError for counts and weights that can't be
 */
export function conversionHarm(times: readonly ConvertedUnits[], harmful: 'more' | 'fewer', level: number): ConversionHarm {
  argumentsOf('conversionHarm')(level > 0 && level < 1, 'level', level, 'between 0 and 1');
  const concentrations = [harmConcentration];
  const logEvidence = times
    .map(({ control, treatment }) => sampleRatioEvidence([control, treatment], { concentrations }).logEvidence)
    .reduce((sum, each) => sum + each, 0);
  // By how many the treatment has more than its weights predict, over all times.
  const surplus = times.reduce((sum, { control, treatment }) => {
    const weight = control.weight + treatment.weight;
    return sum + (treatment.units * control.weight - control.units * treatment.weight) / weight;
  }, 0);
  const isHarmful = harmful === 'more' ? surplus > 0 : surplus < 0;
  return {
    isAlarmed: isHarmful && logEvidence > -Math.log(level),
    isHarmful,
    logEvidence,
    pValue: evidencePValue(logEvidence),
  };
}

/** What the alarm on means says; `too-early` below 100 units per arm or without variance. */
export type MeanHarm =
  | {
      readonly kind: 'ok';
      readonly isAlarmed: boolean;
      readonly pValue: number;
      /** One-sided: the harm is at least this, in the metric's units, ≥ 0 in the harmful direction where alarmed. */
      readonly atLeast: number;
    }
  | { readonly kind: 'too-early' };

/**
 * The harm alarm on means, by the one-sided confidence sequence: it may be looked at for ever.
 *
 * It rings where harm − c·SE > 0, c = `sequenceCriticalValue` for one side; in the metric's units. It assumes closed windows and
 * about normal means, hence 100 units per arm (Waudby-Smith et al. 2024).
 *
 * @throws DomainError for a level outside of (0, 1/(2e))
 */
export function meanHarm(control: Estimate, treatment: Estimate, harmful: 'more' | 'fewer', level: number): MeanHarm {
  const squaredError = control.variance + treatment.variance;
  const isTooEarly = Math.min(control.n, treatment.n) < sequenceBegins.unitsPerArm || !(squaredError > 0);
  if (isTooEarly) return { kind: 'too-early' };
  const harm = (treatment.value - control.value) * (harmful === 'more' ? 1 : -1);
  const standardError = Math.sqrt(squaredError);
  const question = { units: control.n + treatment.n, alpha: level, sides: 'one' } as const;
  const atLeast = harm - sequenceCriticalValue(question) * standardError;
  return { kind: 'ok', isAlarmed: atLeast > 0, pValue: sequencePValue(harm / standardError, question), atLeast };
}
