import { metricWindow } from '@stitchd/core';
import { combineCrossMoments, type CrossMoments } from '@stitchd/statistics';
import type { Figures, MetricFigures as FoundFigures } from './figures.ts';
import type { ComputationPlan } from './metric-plan.ts';
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

/** Every arm as the analysis of one look takes it: all units, whatever their period and stratum. */
export function armFigures(plan: ComputationPlan, { units, metrics }: Pick<Figures, 'units' | 'metrics'>): readonly ArmFigures[] {
  return plan.arms.map(({ variant }, arm) => ({
    variant,
    units: units[arm]?.units ?? 0,
    mixedUnits: units[arm]?.mixedUnits ?? 0,
    metrics: metrics.map((figures, index) =>
      (units[arm]?.units ?? 0) === 0 ? undefined : withoutWindow(plan, index, ofArm(figures, arm)),
    ),
  }));
}

/** A metric that goes on growing never matures. */
function withoutWindow(plan: ComputationPlan, index: number, figures: MetricFigures): MetricFigures {
  const definition = plannedMetrics(plan)[index]?.definition;
  return definition !== undefined && metricWindow(definition).toMs === undefined ? { ...figures, maturedUnits: null } : figures;
}

const notFinite: MetricFigures = {
  kind: 'number',
  maturedUnits: null,
  mean: null,
  variance: null,
  sum: null,
  skewness: null,
  capped: null,
};

function ofArm(figures: FoundFigures, arm: number): MetricFigures {
  if (figures.kind === 'not-finite') return notFinite;
  if (figures.kind === 'quantile') {
    const found = figures.all[arm];
    return {
      kind: 'quantile',
      maturedUnits: figures.matured[arm]?.units ?? 0,
      values: found?.values ?? 0,
      estimate: found?.estimate ?? null,
      low: found?.low ?? null,
      high: found?.high ?? null,
    };
  }
  const facts = figures.arms[arm];
  const maturedUnits = facts?.maturedUnits ?? 0;
  const cells = figures.all.filter((cell) => cell.arm === arm);
  if (figures.isShare)
    return { kind: 'share', maturedUnits, n: facts?.units ?? 0, successes: facts?.conversions ?? 0, steps: facts?.steps ?? null };
  const moments = cells.slice(1).reduce<CrossMoments>(combineCrossMoments, cells[0] as CrossMoments);
  const spread = (place: number) => ({
    mean: moments.means[place] ?? null,
    variance: (moments.products[place]?.[place] ?? 0) / moments.n,
  });
  if (figures.columns[0] === 'numerator')
    return {
      kind: 'ratio',
      maturedUnits,
      numerator: spread(0),
      denominator: spread(1),
      covariance: (moments.products[0]?.[1] ?? 0) / moments.n,
    };
  const capped = facts?.capped ?? null;
  return {
    kind: 'number',
    maturedUnits,
    ...spread(0),
    sum: facts?.sum ?? 0,
    skewness: facts?.skewness ?? null,
    capped: capped && { units: capped.units, uncappedSum: capped.uncappedSum },
  };
}
