import {
  covariateImbalance,
  daysLeft,
  estimateOf,
  fewConversionsBelow,
  hasParted,
  largestDenominatorShare,
  meanStatistic,
  nonInferiority,
  randomisationBelowUnits,
  unitsPerSquaredSkewness,
  type DeviationPosterior,
  type Interval,
} from '@stitchd/statistics';
import type { DaysLeftResult, TrafficResult } from '../results/experiment-results.ts';
import type { GuardrailResult, HarmResult, MetricComparison, ResultWarning, VerdictResult } from '../results/metric-result.ts';
import type { MeansFigures } from '../computation/figures.ts';
import { needsShuffling } from '../computation/needs-shuffling.ts';
import type { LookState } from './analysis-inputs.ts';
import type { ArmPass } from './arm-pass.ts';
import { bestGuess } from './best-guess.ts';
import type { JudgedArm } from './judged-arms.ts';
import { momentsOf } from './metric-arms.ts';
import type { ComputablePass } from './metric-pass.ts';
import { windowHoursOf } from './metric-window.ts';
import { weeklyEffect } from './weekly-effect.ts';

/** What a comparison is shown with. */
export interface ComparisonContext {
  readonly prior: DeviationPosterior;
  readonly baselineVariant: string;
  readonly harm: readonly HarmResult[];
  readonly after: LookState;
  /** Of the units that its verdict rests on; null where that is not known. */
  readonly changedShare: number | null;
  /** Of a guardrail; null for others. */
  readonly margin: number | null;
  readonly daysLeft: DaysLeftResult | null;
  readonly traffic: TrafficResult | null;
}

export function comparisonResult(pass: ComputablePass, arm: JudgedArm, context: ComparisonContext): MetricComparison {
  const { figured, adjustedPValue, correction, isCalled, isClosedAtZero } = arm;
  const { used, raw, adjusted, adjustment, maturing, uses } = figured;
  const { definition } = pass.metric;
  const counts = arm.pass.look.kind === 'judge' && arm.pass.look.rule.kind !== 'unplanned';
  return {
    variant: arm.pass.variant,
    uses,
    effect: used.effect,
    raw: raw.effect,
    adjusted: adjusted?.effect ?? null,
    adjustment,
    maturing:
      maturing === null
        ? null
        : {
            difference: maturing.effect.difference,
            interval: maturing.effect.interval,
            lift: maturing.effect.lift,
            liftInterval: maturing.effect.liftInterval,
          },
    share: arm.pass.share,
    // JSON knows no −0.
    z: used.look === null ? null : used.look.z + 0,
    bar: used.look?.bar ?? null,
    runningPValue: used.look === null ? null : counts ? context.after.runningPValue : used.look.pValue,
    adjustedPValue,
    correction,
    isCalled,
    isClosedAtZero,
    bestGuess: bestGuess(used, context.prior, definition.direction ?? 'increase'),
    perWeek: weeklyEffect(pass, used.effect, context.traffic),
    verdict: verdictResult(context, used.effect.interval, definition.direction ?? 'increase'),
    guardrail: guardrailResult(pass, arm, context),
    harm: context.harm,
    warnings: warningsOf(pass, arm, context.baselineVariant),
  };
}

function verdictResult(
  { after: { verdict }, changedShare }: ComparisonContext,
  interval: Interval | null,
  direction: 'increase' | 'decrease',
): VerdictResult | null {
  if (verdict === null) return null;
  const { atMs, units: _, ...look } = verdict;
  return {
    at: new Date(atMs).toISOString(),
    ...look,
    isGood: (look.direction === 'up') === (direction === 'increase'),
    hasParted: interval !== null && hasParted(verdict, interval),
    changedShare,
  };
}

/** By the lift; where that has no interval, by the difference and as much of the baseline's value. */
function guardrailResult(pass: ComputablePass, arm: JudgedArm, context: ComparisonContext): GuardrailResult | null {
  const { margin } = context;
  if (margin === null) return null;
  const { effect, control } = arm.figured.used;
  const good = (pass.metric.definition.direction ?? 'increase') === 'increase' ? 'larger' : 'smaller';
  const base = Math.abs(control?.value ?? 0);
  const outcome = (): GuardrailResult['outcome'] => {
    if (arm.pass.isFewUnits) return 'open';
    if (effect.liftInterval !== null) return nonInferiority(effect.liftInterval, margin, good);
    return effect.interval === null || base === 0 ? 'open' : nonInferiority(effect.interval, margin * base, good);
  };
  const found = outcome();
  return { margin, outcome: found, daysLeft: found === 'open' ? context.daysLeft : null };
}

/** All that a reader of this comparison has to know. */
function warningsOf({ figures, metric }: ComputablePass, { pass }: JudgedArm, baseline: string): readonly ResultWarning[] {
  const warnings: ResultWarning[] = [];
  const both = [baseline, pass.variant];
  if (windowHoursOf(metric.definition) === null) warnings.push({ kind: 'open-window' });
  if (figures.kind !== 'means') return warnings;
  warnings.push(...shuffledWarnings(figures, pass, both));
  if (isDenominatorMoved(figures, pass, baseline)) warnings.push({ kind: 'ratio-denominator-moved', variants: [pass.variant] });
  const facts = both.map((variant) => ({ variant, arm: figures.arms[pass.placeOf(variant)] }));
  const rare = facts.filter(
    ({ arm }) =>
      figures.isShare &&
      arm !== undefined &&
      Math.min(arm.maturedConversions, arm.maturedUnits - arm.maturedConversions) < fewConversionsBelow,
  );
  if (rare.length > 0)
    warnings.push({ kind: 'few-conversions', variants: rare.map(({ variant }) => variant), atLeast: fewConversionsBelow });
  const needed = facts.map(({ arm }) => (figures.isShare ? 0 : unitsPerSquaredSkewness * (arm?.skewness ?? 0) ** 2));
  const skewed = facts.filter(({ arm }, index) => (arm?.maturedUnits ?? 0) < (needed[index] ?? 0));
  if (skewed.length > 0)
    warnings.push({
      kind: 'heavy-tail',
      variants: skewed.map(({ variant }) => variant),
      atLeast: Math.ceil(Math.max(...needed)),
    });
  const constant = facts.filter(
    ({ arm }) => arm !== undefined && arm.maturedUnits >= 2 && (arm.maturedConversions === 0 || isConstant(figures.isShare, arm)),
  );
  if (constant.length === 1) warnings.push({ kind: 'no-variance-in-one-arm', variants: constant.map(({ variant }) => variant) });
  return warnings;
}

/** Why labels are shuffled: few units, or one that a ratio hangs on. */
function shuffledWarnings(figures: MeansFigures, pass: ArmPass, both: readonly string[]): readonly ResultWarning[] {
  if (!needsShuffling(figures, both.map(pass.placeOf))) return [];
  const heavy = both.filter((variant) => (figures.arms[pass.placeOf(variant)]?.largestShare ?? 0) > largestDenominatorShare);
  return [
    ...(pass.smallestArm < randomisationBelowUnits
      ? [{ kind: 'few-units', variants: both, atLeast: randomisationBelowUnits } as const]
      : []),
    ...(heavy.length > 0 ? [{ kind: 'large-unit', variants: heavy } as const] : []),
  ];
}

/** Whether a ratio's denominator differs by arm, by a test that holds at any look. */
function isDenominatorMoved(figures: MeansFigures, { placeOf, variant }: ArmPass, baseline: string): boolean {
  if (figures.columns[0] !== 'numerator') return false;
  const [control, treatment] = [baseline, variant].map((name) =>
    estimateOf(momentsOf(figures, 'matured', placeOf(name)), meanStatistic(1)),
  );
  if (control?.kind !== 'ok' || treatment?.kind !== 'ok') return false;
  const found = covariateImbalance(control.estimate, treatment.estimate, 1);
  return found.kind === 'ok' && found.isBroken;
}

function isConstant(isShare: boolean, arm: { readonly maturedUnits: number; readonly maturedConversions: number }): boolean {
  return isShare && arm.maturedConversions === arm.maturedUnits;
}

/** Until so many more units have come and matured. */
export function daysUntil(newUnits: readonly number[], unitsMissing: number, windowHours: number | null): DaysLeftResult {
  const left = daysLeft({ newUnits, unitsMissing, windowDays: (windowHours ?? 0) / 24 });
  return left.kind === 'ok' ? { ...left, kind: 'days' } : left;
}
