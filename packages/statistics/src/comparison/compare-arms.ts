import { adjustedEstimates, type AdjustedEstimates, type Stratum } from '../adjustment/adjusted-estimates.ts';
import { compareEstimates } from '../estimate/compare-estimates.ts';
import type { Estimate, EstimateRefusal } from '../estimate/estimate.ts';
import type { Statistic } from '../estimate/statistic.ts';
import type { DifferenceRefusal } from '../difference/welch.ts';
import { fewConversionsBelow } from '../limits.ts';
import { relativeLift, type LiftOutcome } from '../lift/relative-lift.ts';
import { combinePeriods } from '../periods/combine-periods.ts';
import type { Conversions } from '../proportions/conversions.ts';
import { fisherExact } from '../proportions/fisher-exact.ts';
import { newcombeInterval } from '../proportions/newcombe.ts';
import { judgeLook, type JudgedLook, type LookRule } from '../sequential/look.ts';

/** One arm against the baseline at one look. */
export interface ArmQuestion {
  /** Times of constant weights, each with its strata; every stratum has two arms, the baseline first. */
  readonly periods: readonly (readonly Stratum[])[];
  readonly target: Statistic;
  /** 'off' compares the raw figures: for the view beside the adjusted one, never for the verdict once 'on' is planned. */
  readonly adjustment: 'on' | 'off';
  readonly rule: LookRule;
  /** Divided by the number of arms already, where several are compared. */
  readonly alpha: number;
  /** Of a conversion metric, over all periods: with few of them exact methods are used. */
  readonly conversions?: { readonly control: Conversions; readonly treatment: Conversions };
}

/** All figures of a look. */
export interface ArmAnswer {
  readonly kind: 'ok';
  readonly method: 'student' | 'fisher-newcombe' | 'randomisation';
  readonly control: Estimate;
  readonly treatment: Estimate;
  readonly difference: number;
  readonly look: JudgedLook;
  readonly lift: LiftOutcome;
  /** Per period: how much of the variance the adjustment left, and its coefficients; none where it is off. */
  readonly adjustments: readonly Pick<AdjustedEstimates, 'applied' | 'varianceRatio' | 'strata'>[];
}

/** What comparing two arms can come to. `too-early`: so little of the plan has matured that no effect could be called. */
export type ArmOutcome =
  | ArmAnswer
  | { readonly kind: 'not-computable'; readonly reason: EstimateRefusal | DifferenceRefusal | 'too-early' };

/**
 * Everything about one arm at one look: each period adjusted by the past, periods combined, the difference tested by Student's t (few
 * conversions in a single period: Fisher's mid-p and Newcombe's interval), judged by the look's rule, and the lift by Fieller
 * with the
 * same critical value, so that p-value, interval, lift and call agree.
 *
 * A period in which an arm has fewer than two units is left out.
 *
 * It assumes independent units, closed windows, and means that are about normal: with a long tail, or under 200 units in an arm,
 * `randomisationTest` or a cap is to be used. Difference and intervals are in the metric's units, the lift is relative. The parts
 * have their sources: `adjustedEstimates`, `combinePeriods`, `compareEstimates`, `judgeLook`, `relativeLift`.
 *
 * @throws DomainError for a caller's mistakes: strata with other than two arms, alpha or rule out of range
 */
export function compareArms(question: ArmQuestion): ArmOutcome {
  const isAdjusted = question.adjustment === 'on';
  const periods: { control: Estimate; treatment: Estimate; adjusted: AdjustedEstimates }[] = [];
  for (const strata of question.periods) {
    const adjusted = adjustedEstimates(isAdjusted ? strata : withoutCovariates(strata), question.target);
    if (adjusted.kind !== 'ok') {
      if (adjusted.reason !== 'too-few-units') return { kind: 'not-computable', reason: adjusted.reason };
      continue;
    }
    const [control, treatment] = isAdjusted ? adjusted.arms : adjusted.raw;
    if (control !== undefined && treatment !== undefined) periods.push({ control, treatment, adjusted });
  }
  if (periods.length === 0) return { kind: 'not-computable', reason: 'too-few-units' };
  const { control, treatment } = combinePeriods(periods);
  const adjustments = isAdjusted
    ? periods.map(({ adjusted: { applied, varianceRatio, strata } }) => ({ applied, varianceRatio, strata }))
    : [];
  const { conversions } = question;
  if (conversions !== undefined && periods.length === 1 && [conversions.control, conversions.treatment].some(isFew))
    return exactAnswer(question, conversions, { control, treatment, adjustments });
  const compared = compareEstimates(control, treatment, { alpha: question.alpha });
  if (compared.kind !== 'ok') return compared;
  const look = judgeLook(compared, question.rule, question.alpha);
  if (look.kind !== 'ok') return { kind: 'not-computable', reason: 'too-early' };
  const { difference, criticalValue: fixed } = compared;
  const lift = liftOf(control, treatment, look.criticalValue ?? fixed);
  return { kind: 'ok', method: 'student', control, treatment, difference, look, lift, adjustments };
}

function withoutCovariates(strata: readonly Stratum[]): readonly Stratum[] {
  return strata.map((stratum) => ({ ...stratum, covariates: [] }));
}

function isFew({ successes, trials }: Conversions): boolean {
  return Math.min(successes, trials - successes) < fewConversionsBelow;
}

function exactAnswer(
  { rule, alpha }: ArmQuestion,
  { control: base, treatment: other }: { readonly control: Conversions; readonly treatment: Conversions },
  arms: Pick<ArmAnswer, 'control' | 'treatment' | 'adjustments'>,
): ArmOutcome {
  const difference = other.successes / other.trials - base.successes / base.trials;
  const look = judgeLook({ difference, pValue: fisherExact(base, other).midPValue }, rule, alpha);
  if (look.kind !== 'ok') return { kind: 'not-computable', reason: 'too-early' };
  const interval = newcombeInterval(base, other, look.bar);
  const lift = liftOf(arms.control, arms.treatment, look.bar);
  // No interval for a lift of few conversions: only its point.
  const point: LiftOutcome = {
    kind: 'not-measurable',
    reason: arms.control.value === 0 ? 'control-mean-zero' : 'control-mean-near-zero',
    ...(lift.lift === undefined ? {} : { lift: lift.lift }),
  };
  return { kind: 'ok', method: 'fisher-newcombe', ...arms, difference, look: { ...look, interval }, lift: point };
}

/** Fieller's lift of two arms, by the critical value of their difference. */
export function liftOf(control: Estimate, treatment: Estimate, criticalValue: number): LiftOutcome {
  const mean = ({ value, variance }: Estimate) => ({ mean: value, variance });
  return relativeLift({ control: mean(control), treatment: mean(treatment), criticalValue });
}
