import { sequenceBegins } from '@stitchd/statistics';
import type { MetricFigures } from '../computation/figures.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';
import { needsShuffling } from '../computation/needs-shuffling.ts';
import type { AdjustmentResult } from '../results/metric-result.ts';
import { lookKey, openState, type AnalysisInputs, type LookState } from './analysis-inputs.ts';
import { compare, compareLabels, compareWithoutLook, type Compared, type Question } from './compare.ts';
import { conversionsOf, quantileOf, statisticsOf, strataOf, unitsByPeriod, type Units } from './metric-target.ts';
import { hasUnitValues, shuffledArms } from './shuffled-arms.ts';
import { lookPlan, shareOf, type LookPlan, type Progress } from './plan-progress.ts';
import { windowHoursOf } from './metric-window.ts';

/** One arm of one metric, ready to be compared with the baseline at any level. */
export interface ArmPass {
  readonly variant: string;
  readonly state: LookState;
  readonly look: LookPlan;
  readonly share: number | null;
  readonly maturedUnits: number;
  readonly smallestArm: number;
  /** Only shuffled labels could judge it, and its units are not at hand: figures are shown, and nothing is called. */
  readonly isFewUnits: boolean;
  /** Place of a variant among the arms. */
  readonly placeOf: (variant: string) => number;
  readonly at: (alpha: number) => Figured;
}

/** A comparison raw and adjusted, and the one that counts. */
export interface Figured {
  readonly used: Compared;
  readonly uses: 'raw' | 'adjusted';
  readonly raw: Compared;
  readonly adjusted: Compared | null;
  readonly adjustment: AdjustmentResult;
  /** Of all units, where there are others than the matured ones. */
  readonly maturing: Compared | null;
}

interface Place {
  readonly baseline: number;
  readonly treatment: number;
}

export function armPass(
  inputs: AnalysisInputs,
  progress: Progress,
  metric: MetricPlan,
  figures: Exclude<MetricFigures, { readonly kind: 'not-finite' }>,
  place: Place,
): ArmPass {
  const variant = inputs.plan.arms[place.treatment]?.variant ?? '';
  const question = questionOf(figures, 'matured', place);
  const matured = maturedOf(figures, place);
  const windowHours = windowHoursOf(metric.definition);
  const share = shareOf(inputs, progress, matured, { ...place, windowHours });
  const state = inputs.past.states[lookKey(metric.key, variant)] ?? openState;
  const units = matured.control + matured.treatment;
  const smallestArm = Math.min(matured.control, matured.treatment);
  const shuffled = once(() => shuffledArms(inputs, metric, place));
  const isShuffled = figures.kind === 'means' && needsShuffling(figures, [place.baseline, place.treatment]);
  const isFewUnits = isShuffled && !hasUnitValues(inputs, metric);
  const hasWindow = windowHours !== null;
  const planned = lookPlan(progress, state, { share, units, hasWindow, isRunning: inputs.settings.isRunning });
  const look = notBegun(planned, figures, place, smallestArm) ?? planned;
  const hasMore = unitsOf(figures, 'all', place) > units;
  return {
    variant,
    state,
    look,
    share,
    maturedUnits: units,
    smallestArm,
    isFewUnits,
    placeOf: (name) => inputs.plan.arms.findIndex((arm) => arm.variant === name),
    at(alpha) {
      const measured = (asked: Question, adjustment: 'on' | 'off'): Compared =>
        look.kind === 'judge'
          ? compare(asked, { rule: look.rule, alpha }, adjustment)
          : compareWithoutLook(asked, look.reason, adjustment);
      if (isShuffled && look.kind === 'judge' && look.rule.kind !== 'unplanned' && !isFewUnits)
        return figuredByShuffling(compareLabels(question, shuffled(), { rule: look.rule, alpha }), figures, {
          maturing: hasMore ? compareWithoutLook(questionOf(figures, 'all', place), 'few-units', 'off') : null,
        });
      const raw = measured(question, 'off');
      const { adjusted, adjustment } = adjustedOf(inputs, figures, question, (asked) => measured(asked, 'on'));
      const used = adjusted ?? raw;
      const maturing = hasMore ? measured(questionOf(figures, 'all', place), adjusted === null ? 'off' : 'on') : null;
      return { used, uses: adjusted === null ? 'raw' : 'adjusted', raw, adjusted, adjustment, maturing };
    },
  };
}

/** Labels are shuffled with the raw values, so that nothing is adjusted; units whose window is open are shown without an interval. */
function figuredByShuffling(used: Compared, figures: MetricFigures, { maturing }: Pick<Figured, 'maturing'>): Figured {
  const adjustment: AdjustmentResult = { status: 'few-units', varianceRatio: null, historyShare: historyShareOf(figures) };
  return { used, uses: 'raw', raw: used, adjusted: null, adjustment, maturing };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The always-valid interval holds from so many units and conversions on. */
function notBegun(look: LookPlan, figures: MetricFigures, place: Place, smallestArm: number): LookPlan | undefined {
  if (look.kind !== 'judge' || look.rule.kind !== 'unplanned') return undefined;
  const { unitsPerArm, conversions } = sequenceBegins;
  const refused: LookPlan = { kind: 'refuse', reason: 'not-begun' };
  if (smallestArm < unitsPerArm) return refused;
  if (figures.kind !== 'means' || !figures.isShare) return undefined;
  const converted = [place.baseline, place.treatment].reduce((sum, arm) => sum + (figures.arms[arm]?.maturedConversions ?? 0), 0);
  return converted < conversions ? refused : undefined;
}

function questionOf(figures: Exclude<MetricFigures, { kind: 'not-finite' }>, units: Units, place: Place): Question {
  if (figures.kind === 'quantile') {
    const control = quantileOf(figures, figures[units][place.baseline]);
    const treatment = quantileOf(figures, figures[units][place.treatment]);
    if (control.kind !== 'ok') return { kind: 'refused', reason: control.reason };
    if (treatment.kind !== 'ok') return { kind: 'refused', reason: treatment.reason };
    return { kind: 'estimates', control: control.estimate, treatment: treatment.estimate };
  }
  const { target } = statisticsOf(figures);
  const control = conversionsOf(figures, units, place.baseline);
  const treatment = conversionsOf(figures, units, place.treatment);
  const periods = strataOf(figures, units, place);
  return { kind: 'means', periods, target, ...(control && treatment && { conversions: { control, treatment } }) };
}

function maturedOf(figures: Exclude<MetricFigures, { kind: 'not-finite' }>, place: Place) {
  if (figures.kind === 'means') return unitsByPeriod(strataOf(figures, 'matured', place));
  const control = figures.matured[place.baseline]?.units ?? 0;
  const treatment = figures.matured[place.treatment]?.units ?? 0;
  return { periods: [{ control, treatment }], control, treatment };
}

function unitsOf(figures: Exclude<MetricFigures, { kind: 'not-finite' }>, units: Units, { baseline, treatment }: Place): number {
  if (figures.kind === 'quantile') return (figures[units][baseline]?.units ?? 0) + (figures[units][treatment]?.units ?? 0);
  return figures[units].reduce((sum, { arm, n }) => sum + (arm === baseline || arm === treatment ? n : 0), 0);
}

function adjustedOf(
  { settings }: AnalysisInputs,
  figures: MetricFigures,
  question: Question,
  measured: (question: Question) => Compared,
): { readonly adjusted: Compared | null; readonly adjustment: AdjustmentResult } {
  const none = (status: AdjustmentResult['status']) => ({
    adjusted: null,
    adjustment: { status, varianceRatio: null, historyShare: historyShareOf(figures) },
  });
  if (settings.adjustment === 'off') return none('off');
  if (figures.kind !== 'means' || statisticsOf(figures).covariates.length === 0) return none('no-covariate');
  const adjusted = measured(question);
  if (adjusted.effect.method === null) return none('not-computable');
  if (!adjusted.adjustments.some(({ applied }) => applied)) return none('does-not-help');
  // Over periods, the mean of their ratios: shown only, and computed with nowhere.
  const ratios = adjusted.adjustments.map(({ varianceRatio }) => varianceRatio);
  const varianceRatio = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  return { adjusted, adjustment: { status: 'applied', varianceRatio, historyShare: historyShareOf(figures) } };
}

function historyShareOf(figures: MetricFigures): number | null {
  if (figures.kind !== 'means' || statisticsOf(figures).covariates.length === 0) return null;
  const units = figures.matured.reduce((sum, { n }) => sum + n, 0);
  const known = figures.matured.reduce((sum, { n, stratum }) => sum + (stratum === 'history' ? n : 0), 0);
  return units === 0 ? null : known / units;
}
