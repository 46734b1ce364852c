import { metricWindow } from '@stitchd/core';
import type { EventStore } from '@stitchd/db/clickhouse';
import { estimateOf, meanStatistic, ratioStatistic, type CrossMoments } from '@stitchd/statistics';
import type { MetricPlan } from '../computation/metric-plan.ts';
import { historyQuery, numberOf, stepsOf, trafficSql, type History, type HistoryColumns } from '../history/history-query.ts';
import { missing, type MissingMetric } from '../history/past-metric.ts';
import { statsLimits } from '../limits.ts';
import type { MetricBaseline } from './plan-metric.ts';

const dayMs = 86_400_000;

export interface Baselines {
  /** In the order of the history's metrics. */
  readonly metrics: readonly (MetricBaseline | MissingMetric)[];
  readonly newUnitsByDay: readonly number[];
}

/** What the past says of every metric and of the traffic: two statements. */
export async function readBaselines(
  store: EventStore,
  environmentId: string,
  history: History,
  days: number,
): Promise<Baselines> {
  const query = historyQuery(history);
  const asked = { environmentId, params: query.parameters, limits: statsLimits.query };
  const traffic = await store.query<{ day: number; units: number }>({ ...asked, sql: trafficSql(query) });
  const newUnitsByDay = Array.from({ length: days }, (_, day) => traffic.find((row) => row.day === day)?.units ?? 0);
  const plannable = history.metrics.map(({ definition }) => definition.type !== 'quantile');
  const selected = query.columns.flatMap((columns, index) =>
    plannable[index] ? momentColumns(columns, index, stepsOf(history.metrics[index] as MetricPlan)) : [],
  );
  if (selected.length === 0) return { metrics: history.metrics.map(unplannable), newUnitsByDay };
  const sql = `WITH ${query.ctes.join(',\n')}
SELECT ${selected.join(',\n  ')}
FROM measured WHERE {environmentId:UUID} = {environmentId:UUID}`;
  const [row = {}] = await store.query<MomentRow>({ ...asked, sql });
  return {
    newUnitsByDay,
    metrics: history.metrics.map((metric, index) => {
      const columns = query.columns[index];
      return plannable[index] && columns !== undefined ? baselineOf(metric, columns, index, row) : unplannable(metric);
    }),
  };
}

type MomentRow = Readonly<Record<string, number | readonly (number | null)[] | null>>;

function unplannable(metric: MetricPlan): MissingMetric {
  return missing(
    metric,
    'METRIC_UNSUPPORTED',
    'How much a quantile varies can not be said from moments: plan by another metric.',
  );
}

function momentColumns({ own, before, isMatured }: HistoryColumns, index: number, steps: number): readonly string[] {
  const numbers = [...own, ...before].map((column) => `toFloat64(${numberOf(column, steps)})`);
  const covariances = numbers.flatMap((first, i) =>
    numbers
      .slice(i)
      .map((second, j) =>
        j === 0 ? `varPopStableIf(${first}, ${isMatured})` : `covarPopStableIf(${first}, ${second}, ${isMatured})`,
      ),
  );
  return [
    `countIf(${isMatured}) AS n${index}`,
    `[${numbers.map((number) => `avgIf(${number}, ${isMatured})`).join(', ')}] AS means${index}`,
    `[${covariances.join(', ')}] AS covariances${index}`,
  ];
}

function baselineOf(
  metric: MetricPlan,
  { own, before }: HistoryColumns,
  index: number,
  row: MomentRow,
): MetricBaseline | MissingMetric {
  const n = Number(row[`n${index}`] ?? 0);
  const means = (row[`means${index}`] ?? []) as readonly (number | null)[];
  const upper = (row[`covariances${index}`] ?? []) as readonly (number | null)[];
  if (n < 2) return missing(metric, 'NO_DATA', 'Fewer than two units of the past have had the whole window of this metric.');
  if ([...means, ...upper].some((value) => value === null))
    return missing(metric, 'NO_DATA', 'Values of this metric are so large that their mean or variance is no number.');
  const moments = momentsOf(n, means as readonly number[], upper as readonly number[]);
  const isRatio = own.length === 2;
  const outcome = estimateOf(moments, isRatio ? ratioStatistic(0, 1) : meanStatistic(0));
  if (outcome.kind !== 'ok') return missing(metric, 'NO_DATA', 'The denominator of this ratio is too close to 0.');
  const isShare = own[0]?.role === 'share' || own[0]?.role === 'level';
  return {
    key: metric.key,
    name: metric.name,
    role: metric.role === 'primary' ? 'primary' : 'secondary',
    estimate: isRatio ? 'ratio' : isShare ? 'share' : 'mean',
    units: n,
    baseline: outcome.estimate.value,
    variance: outcome.estimate.variance * n,
    windowDays: (metricWindow(metric.definition).toMs ?? 0) / dayMs,
    varianceRatio: before.length === 0 ? 1 : varianceRatioOf(moments, own.length),
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
