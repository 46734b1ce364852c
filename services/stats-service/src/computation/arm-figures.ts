import type { EventStore } from '@stitchd/db/clickhouse';
import type { JobBounds } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import { armsQuery, exposureCountsQuery, type Query } from './arms-query.ts';
import { figuresKindOf } from './metric-figures-kind.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';

/** What the event store says of one metric in one arm; null where a figure is no finite number. */
export type MetricFigures =
  | { readonly kind: 'conversion'; readonly converted: number }
  | {
      readonly kind: 'mean';
      readonly mean: number | null;
      readonly variance: number | null;
      readonly sum: number | null;
      readonly skewness: number | null;
    };

export interface ArmFigures {
  readonly variant: string;
  readonly units: number;
  readonly mixedUnits: number;
  /** In the order of the planned metrics; undefined where the arm has no units. */
  readonly metrics: readonly (MetricFigures | undefined)[];
}

export interface Figures {
  readonly query: Query;
  /** Every arm, in the order of the experiment. */
  readonly arms: readonly ArmFigures[];
  readonly exposures: readonly { readonly variant: string; readonly items: number; readonly withoutUnit: number }[];
}

type ArmRow = { readonly arm: number; readonly n: number; readonly mixed_units: number } & Readonly<
  Record<string, number | null>
>;

/** @throws EventStoreFailure */
export async function readFigures(
  store: EventStore,
  plan: ComputationPlan,
  bounds: JobBounds,
  signal: AbortSignal,
): Promise<Figures> {
  const metrics = plan.metrics.filter((metric) => metric.kind === 'planned');
  const query = armsQuery(plan, metrics, bounds);
  const counts = exposureCountsQuery(plan, bounds);
  const ask = <Row>({ sql, parameters }: Query) =>
    store.query<Row>({
      environmentId: plan.environmentId,
      sql,
      params: parameters,
      limits: { executionSeconds: statsLimits.query.executionSeconds },
      signal,
    });
  const rows = await ask<ArmRow>(query);
  const exposures = await ask<{ variant: string; items: number; without_unit: number }>(counts);
  return {
    query,
    arms: plan.arms.map(({ variant }, index) => {
      const row = rows.find(({ arm }) => arm === index);
      return {
        variant,
        units: row?.n ?? 0,
        mixedUnits: row?.mixed_units ?? 0,
        metrics: metrics.map((metric, position) => row && metricFigures(metric, position, row)),
      };
    }),
    exposures: exposures.map(({ variant, items, without_unit: withoutUnit }) => ({ variant, items, withoutUnit })),
  };
}

function metricFigures(metric: MetricPlan, position: number, row: ArmRow): MetricFigures {
  const figure = (name: string): number | null => row[`m${position}_${name}`] ?? null;
  if (figuresKindOf(metric.definition.type) === 'conversion') return { kind: 'conversion', converted: figure('converted') ?? 0 };
  return {
    kind: 'mean',
    mean: figure('mean'),
    variance: figure('variance'),
    sum: figure('sum'),
    skewness: figure('skewness'),
  };
}
