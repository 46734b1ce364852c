import type { MetricColumn } from '@stitchd/events';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';

/** Null where a figure is no finite number. */
export interface Spread {
  readonly mean: number | null;
  /** Of the population: divisor n. */
  readonly variance: number | null;
}

/** What the event store says of one metric in one arm. */
export type MetricFigures = { readonly maturedUnits: number | null } & (
  | {
      readonly kind: 'share';
      /** Units that could have the event. */
      readonly n: number;
      readonly successes: number;
      /** Of a funnel: units that did at least so many steps. */
      readonly steps: readonly number[] | null;
    }
  | ({
      readonly kind: 'number';
      readonly sum: number | null;
      readonly skewness: number | null;
      /** Where a cap by quantile is applied: units above it, and the sum without it. */
      readonly capped: { readonly units: number; readonly uncappedSum: number | null } | null;
    } & Spread)
  | { readonly kind: 'ratio'; readonly numerator: Spread; readonly denominator: Spread; readonly covariance: number | null }
  | {
      readonly kind: 'quantile';
      /** Null without any value. */
      readonly estimate: number | null;
      readonly low: number | null;
      readonly high: number | null;
      /** Events that carry a number; null for a quantile over units. */
      readonly values: number | null;
    }
);

export interface ArmFigures {
  readonly variant: string;
  readonly units: number;
  readonly mixedUnits: number;
  /** In the order of the planned metrics; undefined where the arm has no units. */
  readonly metrics: readonly (MetricFigures | undefined)[];
}

export type ArmRow = { readonly arm: number; readonly n: number; readonly mixed_units: number } & Readonly<
  Record<string, number | readonly number[] | null>
>;

/** Every arm of the plan, from the rows of its query. */
export function armFigures(
  plan: ComputationPlan,
  columns: readonly (readonly MetricColumn[])[],
  rows: readonly ArmRow[],
): readonly ArmFigures[] {
  const metrics = plannedMetrics(plan);
  return plan.arms.map(({ variant }, index) => {
    const row = rows.find(({ arm }) => arm === index);
    return {
      variant,
      units: row?.n ?? 0,
      mixedUnits: row?.mixed_units ?? 0,
      metrics: metrics.map((metric, position) => row && metricFigures(metric, columns[position] ?? [], position, row)),
    };
  });
}

function metricFigures(metric: MetricPlan, columns: readonly MetricColumn[], position: number, row: ArmRow): MetricFigures {
  const figure = (name: string): number | null => {
    const value = row[`m${position}_${name}`];
    return typeof value === 'number' ? value : null;
  };
  const maturedUnits = figure('matured');
  const { type } = metric.definition;
  switch (columns[0]?.role) {
    case 'share':
    case 'level': {
      const steps = row[`m${position}_steps`];
      return {
        kind: 'share',
        maturedUnits,
        n: type === 'retention' ? (maturedUnits ?? 0) : row.n,
        successes: figure('successes') ?? 0,
        steps: Array.isArray(steps) ? (steps as readonly number[]) : null,
      };
    }
    case 'numerator':
    case 'denominator':
      return {
        kind: 'ratio',
        maturedUnits,
        numerator: { mean: figure('numerator_mean'), variance: figure('numerator_variance') },
        denominator: { mean: figure('denominator_mean'), variance: figure('denominator_variance') },
        covariance: figure('covariance'),
      };
    case 'values':
    case 'number':
    case undefined:
      return type === 'quantile'
        ? quantileFigures(figure, maturedUnits)
        : {
            kind: 'number',
            maturedUnits,
            mean: figure('mean'),
            variance: figure('variance'),
            sum: figure('sum'),
            skewness: figure('skewness'),
            capped:
              figure('capped_units') === null
                ? null
                : { units: figure('capped_units') ?? 0, uncappedSum: figure('uncapped_sum') },
          };
  }
}

function quantileFigures(figure: (name: string) => number | null, maturedUnits: number | null): MetricFigures {
  const values = figure('values');
  const isThere = values !== 0;
  return {
    kind: 'quantile',
    maturedUnits,
    values,
    estimate: isThere ? figure('quantile') : null,
    low: isThere ? figure('low') : null,
    high: isThere ? figure('high') : null,
  };
}
