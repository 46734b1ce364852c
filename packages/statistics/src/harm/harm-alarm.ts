import { harmAlpha, harmConcentration, sequenceBegins } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';
import type { Estimate } from '../estimate/estimate.ts';
import type { ArmCount } from '../sample-ratio/arm-count.ts';
import { evidencePValue, sampleRatioEvidence } from '../sample-ratio/evidence.ts';
import { incompleteBeta } from '../special-functions/incomplete-beta.ts';
import { largestShape } from '../special-functions/limits.ts';
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
  /** Whether the treatment lies on the bad side over all times together, however little. */
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
 * Of one time: E as in `sampleRatioEvidence` with the single concentration k = 2, so that few conversions on one side are enough, times
 * the posterior over the prior probability that the treatment's share of conversions is on the bad side of its weight, the share ~
 * Beta(kθ + n): that is the e-value with the prior cut to that side, so that a benefit is no evidence of harm. Of times with different
 * weights the mean of the product and of the average of their E, each an e-value again (V. Vovk & R. Wang 2021, Ann. Stat. 49, 1736):
 * small harm in all of them adds up, and a benefit in one does not hide harm in another. Half of it, as if the other side were
 * watched too. It rings where E > 1/level. It assumes that a unit counts once (M. Lindon & A. Malek 2022).
 *
 * @param times of constant weights, each with its own units only
 * @param harmful whether more or fewer conversions are bad
 * @param level from `harmLevel`
 * @throws DomainError for counts and weights that can't be
 */
export function conversionHarm(times: readonly ConvertedUnits[], harmful: 'more' | 'fewer', level: number): ConversionHarm {
  argumentsOf('conversionHarm')(level > 0 && level < 1, 'level', level, 'between 0 and 1');
  const each = times.map((time) => oneSidedLogEvidence(time, harmful));
  const product = each.reduce((sum, logarithm) => sum + logarithm, 0);
  const average = each.length === 0 ? 0 : logSumExp(each) - Math.log(each.length);
  const logEvidence = logSumExp([product, average]) - Math.log(2) - Math.log(2);
  const surplus = times.reduce((sum, time) => sum + surplusOf(time), 0);
  return {
    isAlarmed: logEvidence > -Math.log(level),
    isHarmful: harmful === 'more' ? surplus > 0 : surplus < 0,
    logEvidence,
    pValue: evidencePValue(logEvidence),
  };
}

/** By how many conversions the treatment has more than its weight predicts. */
function surplusOf({ control, treatment }: ConvertedUnits): number {
  return (treatment.units * control.weight - control.units * treatment.weight) / (control.weight + treatment.weight);
}

function oneSidedLogEvidence(time: ConvertedUnits, harmful: 'more' | 'fewer'): number {
  const { control, treatment } = time;
  const { logEvidence } = sampleRatioEvidence([control, treatment], { concentrations: [harmConcentration] });
  const share = treatment.weight / (control.weight + treatment.weight);
  const badSide = (ofTreatment: number, ofControl: number): number => {
    const [a, b] = [harmConcentration * share + ofTreatment, harmConcentration * (1 - share) + ofControl];
    const { lower, upper } = incompleteBeta(a, b, { x: share, y: 1 - share });
    return harmful === 'more' ? upper : lower;
  };
  const isBad = harmful === 'more' ? surplusOf(time) > 0 : surplusOf(time) < 0;
  // Beyond what the function takes, the posterior lies on one side.
  const isCertain = Math.min(control.units, treatment.units) > largestShape / 2;
  const posterior = isCertain ? Number(isBad) : badSide(treatment.units, control.units);
  const logarithm = logEvidence + Math.log(posterior) - Math.log(badSide(0, 0));
  // On the good side every share of the bad one is less likely than the weight: under 1, also where the posterior has no digits left.
  return isBad ? logarithm : Math.max(leastLogEvidence, Math.min(0, posterior === 0 ? leastLogEvidence : logarithm));
}

/** Of the smallest double: less than that says no more. */
const leastLogEvidence = Math.log(Number.MIN_VALUE);

function logSumExp(logarithms: readonly number[]): number {
  const largest = Math.max(...logarithms);
  return largest + Math.log(logarithms.reduce((sum, logarithm) => sum + Math.exp(logarithm - largest), 0));
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
