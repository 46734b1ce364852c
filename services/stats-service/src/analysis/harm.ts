import {
  combinePeriods,
  conversionHarm,
  emptyCrossMoments,
  combineCrossMoments,
  estimateOf,
  harmLevel,
  meanHarm,
  meanStatistic,
  periodWeight,
  ratioStatistic,
  type Estimate,
} from '@stitchd/statistics';
import type { HarmFigures, MetricFigures } from '../computation/figures.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';
import type { HarmResult } from '../results/metric-result.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';
import type { Compared } from './compare.ts';
import { timesOfConstantWeights, type ConstantWeights } from './health/played-periods.ts';

const hourMs = 3_600_000;

/** How many windows each metric is watched in: an hour, a day, and its own. */
const windows = 3;

export const harmKey = (metricKey: string, windowHours: number | null, variant: string): string =>
  `${metricKey}/${windowHours ?? 'own'}/${variant}`;

export interface HarmQuestion {
  readonly metric: MetricPlan;
  readonly figures: Exclude<MetricFigures, { readonly kind: 'not-finite' }>;
  readonly baseline: number;
  readonly treatment: number;
  readonly variant: string;
  /** Of the metric's own window. */
  readonly raw: Compared;
  /** How many metrics are watched. */
  readonly metrics: number;
}

/** Whether the arm does harm on this metric, in each window; p-values are the least of all looks. */
export function harmsOf(inputs: AnalysisInputs, question: HarmQuestion): readonly HarmResult[] {
  const { metric, baseline, treatment } = question;
  const arms = inputs.plan.arms.length - 1;
  const level = harmLevel({ windows, metrics: question.metrics, arms });
  const times = timesOfConstantWeights(inputs);
  const own = inputs.figures.harm.filter((each) => each.metric === metric.key);
  const short = [...new Set(own.map(({ windowMs }) => windowMs))].toSorted((a, b) => a - b);
  const found = short.map((windowMs) => {
    const all = own.filter((each) => each.windowMs === windowMs && (each.arm === baseline || each.arm === treatment));
    return remembered(inputs, question, windowMs / hourMs, level, ofWindow(question, all, times, level));
  });
  return [...found, remembered(inputs, question, null, level, ofOwnWindow(question, times, level))];
}

interface Found {
  readonly status: 'ok' | 'waiting';
  /** In the harmful direction; 1 in the other. */
  readonly pValue: number | null;
  readonly by: number | null;
  readonly atLeast: number | null;
  readonly isLift: boolean;
}

const waiting: Found = { status: 'waiting', pValue: null, by: null, atLeast: null, isLift: false };

/** An alarm was right when it went off: it stays. */
function remembered(
  { past }: AnalysisInputs,
  { metric, variant }: HarmQuestion,
  windowHours: number | null,
  level: number,
  found: Found,
): HarmResult {
  const before = past.evidence?.harm[harmKey(metric.key, windowHours, variant)] ?? 1;
  const pValue = Math.min(before, found.pValue ?? 1);
  if (found.pValue === null && before === 1) return { windowHours, ...found };
  return { windowHours, ...found, pValue, status: pValue <= level ? 'alarm' : found.status };
}

function ofOwnWindow(question: HarmQuestion, times: readonly ConstantWeights[], level: number): Found {
  const { figures, raw, metric } = question;
  if (figures.kind === 'means' && figures.isShare) {
    const cells = figures.matured.map(({ n, means, period, arm }) => ({
      period,
      arm,
      n,
      conversions: Math.round(n * (means[0] ?? 0)),
    }));
    return shareHarm(question, cells, times, level);
  }
  return raw.control === null || raw.treatment === null ? waiting : estimateHarm(raw.control, raw.treatment, metric, level);
}

/** @param all - of both arms in that window */
function ofWindow(question: HarmQuestion, all: readonly HarmFigures[], times: readonly ConstantWeights[], level: number): Found {
  const { figures, metric } = question;
  if (figures.kind === 'means' && figures.isShare) return shareHarm(question, all, times, level);
  const periods = times.flatMap((time) => {
    const control = estimateIn(all, time, question.baseline);
    const treatment = estimateIn(all, time, question.treatment);
    return control === undefined || treatment === undefined ? [] : [{ control, treatment }];
  });
  if (periods.length === 0) return waiting;
  const { control, treatment } = combinePeriods(periods);
  return estimateHarm(control, treatment, metric, level);
}

function estimateIn(all: readonly HarmFigures[], { periods }: ConstantWeights, arm: number): Estimate | undefined {
  const moments = all.flatMap((each) => (each.arm === arm && periods.has(each.period) && each.moments ? [each.moments] : []));
  const columns = moments[0]?.means.length ?? 0;
  if (columns === 0) return undefined;
  const outcome = estimateOf(
    moments.reduce(combineCrossMoments, emptyCrossMoments(columns)),
    columns > 1 ? ratioStatistic(0, 1) : meanStatistic(0),
  );
  return outcome.kind === 'ok' ? outcome.estimate : undefined;
}

interface Converted {
  readonly period: number;
  readonly arm: number;
  readonly n: number;
  readonly conversions: number;
}

function shareHarm(
  { metric, baseline, treatment }: HarmQuestion,
  cells: readonly Converted[],
  times: readonly ConstantWeights[],
  level: number,
): Found {
  const sumIn = ({ periods, weights }: ConstantWeights, place: number) => {
    const mine = cells.filter(({ period, arm }) => arm === place && periods.has(period));
    return {
      n: mine.reduce((sum, { n }) => sum + n, 0),
      units: mine.reduce((sum, { conversions }) => sum + conversions, 0),
      weight: weights[place] ?? 0,
    };
  };
  const converted = times
    .map((time) => ({ control: sumIn(time, baseline), treatment: sumIn(time, treatment) }))
    .filter(({ control, treatment: treated }) => control.weight > 0 && treated.weight > 0);
  if (converted.length === 0) return waiting;
  const { pValue, isHarmful } = conversionHarm(converted, harmfulWay(metric), level);
  return {
    status: 'ok',
    pValue,
    by: isHarmful ? relativeChange(converted) : null,
    atLeast: null,
    isLift: true,
  };
}

interface Rated {
  readonly n: number;
  readonly units: number;
}

/** By how much the rates differ within the same times; null where the baseline has none. */
function relativeChange(times: readonly { readonly control: Rated; readonly treatment: Rated }[]): number | null {
  const rate = (of: 'control' | 'treatment'): number =>
    times.reduce((sum, time) => {
      const weight = periodWeight(time.control.n, time.treatment.n);
      return weight === 0 ? sum : sum + (weight * time[of].units) / time[of].n;
    }, 0);
  const [control, treated] = [rate('control'), rate('treatment')];
  return control === 0 ? null : Math.abs(treated / control - 1);
}

function estimateHarm(control: Estimate, treated: Estimate, metric: MetricPlan, level: number): Found {
  const harmful = harmfulWay(metric);
  const found = meanHarm(control, treated, harmful, level);
  if (found.kind !== 'ok') return waiting;
  const harm = (treated.value - control.value) * (harmful === 'more' ? 1 : -1);
  const base = Math.abs(control.value);
  const isLift = base > 0;
  const scale = (value: number): number | null => (value > 0 ? value / (isLift ? base : 1) : null);
  return { status: 'ok', pValue: harm > 0 ? found.pValue : 1, by: scale(harm), atLeast: scale(found.atLeast), isLift };
}

function harmfulWay({ definition }: MetricPlan): 'more' | 'fewer' {
  return (definition.direction ?? 'increase') === 'increase' ? 'fewer' : 'more';
}
