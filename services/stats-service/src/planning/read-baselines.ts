import { metricWindow } from '@stitchd/core';
import { estimateOf, meanStatistic, normalQuantile, ratioStatistic, type CrossMoments } from '@stitchd/statistics';
import { quantileOf } from '../analysis/metric-target.ts';
import { ask } from '../computation/asking.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';
import { quantileFigures, quantilesQuery, type QuantileRow } from '../computation/quantiles-query.ts';
import type { MetricColumns } from '../computation/unit-columns.ts';
import { isMatured, unitNumbers } from '../computation/unit-numbers.ts';
import { missing, type MissingMetric } from '../history/past-metric.ts';
import { askUnits, type Past } from '../history/read-past.ts';
import { momentColumns } from './moment-columns.ts';
import type { MetricBaseline } from './plan-metric.ts';

const dayMs = 86_400_000;

/** What the past says of every metric, in the order of the history's: a statement for means, and one for quantiles. */
export async function readBaselines(past: Past, alpha: number): Promise<readonly (MetricBaseline | MissingMetric)[]> {
  const { metrics } = past.history;
  if (past.days.length === 0)
    return metrics.map((metric) => missing(metric, 'NO_DATA', 'No unit of this kind was seen in this time.'));
  const row = await readMoments(past);
  const quantiles = await readQuantiles(past, -normalQuantile(alpha / 2));
  return metrics.map((metric, index) => {
    const columns = past.units.columns.metrics[index];
    if (columns === undefined) throw new Error(`the metric ${metric.key} has no columns`);
    if (metric.definition.type === 'quantile') return quantileBaseline(past, metric, index, quantiles);
    return momentBaseline(metric, columns, index, row);
  });
}

type MomentRow = Readonly<Record<string, number | readonly (number | null)[] | null>>;

async function readMoments(past: Past): Promise<MomentRow> {
  const selected = past.history.metrics.flatMap((metric, index) => {
    const columns = past.units.columns.metrics[index];
    if (columns === undefined || metric.definition.type === 'quantile') return [];
    return momentColumns(`p${index}`, unitNumbers(metric, columns, past.caps).expressions, isMatured(metric, true));
  });
  return selected.length === 0 ? {} : ((await askUnits<MomentRow>(past, selected)) ?? {});
}

interface Quantiles {
  readonly rows: readonly QuantileRow[];
  readonly criticalValue: number;
}

async function readQuantiles({ asking, history, units, caps }: Past, criticalValue: number): Promise<Quantiles> {
  const criticalValues = Object.fromEntries(history.metrics.map((_, index) => [index, criticalValue]));
  const query = quantilesQuery(asking.plan, units, { caps, isEnded: true, criticalValues });
  return { criticalValue, rows: query === undefined ? [] : await ask<QuantileRow>(asking, query) };
}

const headOf = ({ key, name, role, definition }: MetricPlan) =>
  ({
    key,
    name,
    role: role === 'primary' ? 'primary' : 'secondary',
    windowDays: (metricWindow(definition).toMs ?? 0) / dayMs,
  }) as const;

/** A quantile's variance follows from how far apart the values at the ends of the interval of its rank are, as in results. */
function quantileBaseline({ asking }: Past, metric: MetricPlan, index: number, read: Quantiles): MetricBaseline | MissingMetric {
  const figures = quantileFigures(asking.plan, metric, index, read);
  const outcome = quantileOf(figures, figures.matured[0]);
  if (outcome.kind !== 'ok')
    return missing(
      metric,
      'NO_DATA',
      'Too few units of the past have had the whole window of this quantile to say how much it varies.',
    );
  const { n, value, variance } = outcome.estimate;
  return { ...headOf(metric), estimate: 'quantile', units: n, baseline: value, variance: variance * n, varianceRatio: 1 };
}

function momentBaseline(
  metric: MetricPlan,
  { after, before }: MetricColumns,
  index: number,
  row: MomentRow,
): MetricBaseline | MissingMetric {
  const n = Number(row[`p${index}_n`] ?? 0);
  const means = (row[`p${index}_means`] ?? []) as readonly (number | null)[];
  const upper = (row[`p${index}_covariances`] ?? []) as readonly (number | null)[];
  if (n < 2) return missing(metric, 'NO_DATA', 'Fewer than two units of the past have had the whole window of this metric.');
  if ([...means, ...upper].some((value) => value === null))
    return missing(metric, 'NO_DATA', 'Values of this metric are so large that their mean or variance is no number.');
  const found = momentsOf(n, means as readonly number[], upper as readonly number[]);
  const isRatio = after.length === 2;
  const outcome = estimateOf(found, isRatio ? ratioStatistic(0, 1) : meanStatistic(0));
  if (outcome.kind !== 'ok') return missing(metric, 'NO_DATA', 'The denominator of this ratio is too close to 0.');
  const isShare = after[0]?.role === 'share' || after[0]?.role === 'level';
  return {
    ...headOf(metric),
    estimate: isRatio ? 'ratio' : isShare ? 'share' : 'mean',
    units: n,
    baseline: outcome.estimate.value,
    variance: outcome.estimate.variance * n,
    varianceRatio: before.length === 0 ? 1 : varianceRatioOf(found, after.length),
  };
}
function momentsOf(n: number, means: readonly number[], upper: readonly number[]): CrossMoments {
  const size = means.length;
  const place = (i: number, j: number): number => i * size - (i * (i - 1)) / 2 + (j - i);
  return {
    n,
    means,
    products: means.map((_, i) => means.map((__, j) => (upper[place(Math.min(i, j), Math.max(i, j))] ?? 0) * n)),
  };
}

const leastVarianceRatio = 1e-6;

/** 1 − ρ² of a metric and the same before: of a ratio, of both delta-linearised (statistics.md, section 1.4). */
export function varianceRatioOf(moments: CrossMoments, own: number): number {
  const statistic = (at: number) => (own === 2 ? ratioStatistic(at, at + 1) : meanStatistic(at));
  const now = statistic(0).gradient(moments.means);
  const past = statistic(own).gradient(moments.means);
  const form = (left: readonly number[], right: readonly number[]): number =>
    moments.products.reduce(
      (sum, products, i) => sum + products.reduce((inner, product, j) => inner + product * (left[i] ?? 0) * (right[j] ?? 0), 0),
      0,
    );
  const ratio = 1 - form(now, past) ** 2 / (form(now, now) * form(past, past));
  // No past says it all: what is left of rounding would promise an experiment without units.
  return ratio <= 1 ? Math.max(leastVarianceRatio, ratio) : 1;
}
