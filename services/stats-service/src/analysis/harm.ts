import {
  conversionHarm,
  estimateOf,
  harmLevel,
  meanHarm,
  meanStatistic,
  ratioStatistic,
  type Estimate,
} from '@stitchd/statistics';
import type { HarmFigures, MetricFigures } from '../computation/figures.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';
import type { HarmResult } from '../results/metric-result.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';
import type { Compared } from './compare.ts';

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
  /** By place of the arm: units that the split predicts. */
  readonly weights: readonly number[];
}

/** Whether the arm does harm on this metric, in each window; p-values are the least of all looks. */
export function harmsOf(inputs: AnalysisInputs, question: HarmQuestion): readonly HarmResult[] {
  const { metric, baseline, treatment } = question;
  const arms = inputs.plan.arms.length - 1;
  const level = harmLevel({ windows, metrics: question.metrics, arms });
  const short = [...new Set(inputs.figures.harm.filter((each) => each.metric === metric.key).map(({ windowMs }) => windowMs))];
  const found = short
    .toSorted((a, b) => a - b)
    .map((windowMs) => {
      const of = (arm: number) =>
        inputs.figures.harm.find((each) => each.metric === metric.key && each.windowMs === windowMs && each.arm === arm);
      return remembered(inputs, question, windowMs / hourMs, level, ofWindow(question, of(baseline), of(treatment), level));
    });
  return [...found, remembered(inputs, question, null, level, ofOwnWindow(question, level))];
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

function ofOwnWindow({ figures, baseline, treatment, raw, metric, weights }: HarmQuestion, level: number): Found {
  if (figures.kind === 'means' && figures.isShare) {
    const [control, treated] = [figures.arms[baseline], figures.arms[treatment]];
    if (control === undefined || treated === undefined) return waiting;
    return shareHarm(
      { n: control.maturedUnits, conversions: control.maturedConversions, weight: weights[baseline] ?? 0 },
      { n: treated.maturedUnits, conversions: treated.maturedConversions, weight: weights[treatment] ?? 0 },
      harmfulWay(metric),
      level,
    );
  }
  return raw.control === null || raw.treatment === null ? waiting : estimateHarm(raw.control, raw.treatment, metric, level);
}

function ofWindow(
  { figures, metric, baseline, treatment, weights }: HarmQuestion,
  control: HarmFigures | undefined,
  treated: HarmFigures | undefined,
  level: number,
): Found {
  if (control === undefined || treated === undefined) return waiting;
  if (figures.kind === 'means' && figures.isShare)
    return shareHarm(
      { ...control, weight: weights[baseline] ?? 0 },
      { ...treated, weight: weights[treatment] ?? 0 },
      harmfulWay(metric),
      level,
    );
  if (control.moments === null || treated.moments === null) return waiting;
  const statistic = control.moments.means.length > 1 ? ratioStatistic(0, 1) : meanStatistic(0);
  const estimates = [estimateOf(control.moments, statistic), estimateOf(treated.moments, statistic)] as const;
  const [base, other] = estimates;
  return base.kind === 'ok' && other.kind === 'ok' ? estimateHarm(base.estimate, other.estimate, metric, level) : waiting;
}

interface Converted {
  readonly n: number;
  readonly conversions: number;
  readonly weight: number;
}

function shareHarm(control: Converted, treated: Converted, harmful: 'more' | 'fewer', level: number): Found {
  if (!(control.weight > 0 && treated.weight > 0)) return waiting;
  const { pValue } = conversionHarm(
    {
      control: { units: control.conversions, weight: control.weight },
      treatment: { units: treated.conversions, weight: treated.weight },
    },
    harmful,
    level,
  );
  const isMore = treated.conversions * control.weight > control.conversions * treated.weight;
  const isHarmful = isMore === (harmful === 'more') && treated.conversions + control.conversions > 0;
  const rate = ({ n, conversions }: Converted): number => (n === 0 ? 0 : conversions / n);
  const by = rate(control) === 0 ? null : Math.abs(rate(treated) / rate(control) - 1);
  return { status: 'ok', pValue: isHarmful ? pValue : 1, by: isHarmful ? by : null, atLeast: null, isLift: true };
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
