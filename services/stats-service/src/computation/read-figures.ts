import { normalQuantile } from '@stitchd/statistics';
import { ask, type Asking } from './asking.ts';
import { cellsQuery, type CellsScope } from './cells-query.ts';
import { dailyUnitsQuery, sinceExposureQuery, type SinceRow } from './days-query.ts';
import { readUnitsQuery } from './derived-units.ts';
import {
  dimensionFigures,
  dimensionsQuery,
  dimensionUnits,
  frequentValuesQuery,
  type DimensionRow,
  type FrequentValue,
} from './dimensions-query.ts';
import { exposureCountsQuery, type ExposureRow } from './exposure-counts.ts';
import type { Figures, MetricFigures, SinceExposure } from './figures.ts';
import type { MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import { quantileFigures, quantilesQuery, type QuantileRow } from './quantiles-query.ts';
import type { Query } from './query.ts';
import { cellFigures, type CellFigures, type CellRow } from './read-cells.ts';
import { streamFigures, streamQuery, type StreamRow } from './stream-query.ts';
import { isMatured } from './unit-numbers.ts';
import { unitsQuery, type UnitsQuery } from './units-query.ts';

/** How the figures of metrics are read. */
export interface ReadScope extends CellsScope {
  /**
   * At which critical value the ends of a quantile's interval are read, given by how many units of each arm it is judged. Left out: that
   * of one look at the plan's α.
   */
  readonly criticalValueOf?: ((metric: MetricPlan, judgedUnits: readonly number[]) => number) | undefined;
}

/** What both ways to the figures have to agree on. */
export interface MetricsRead extends Omit<CellFigures, 'metrics'> {
  readonly metrics: readonly MetricFigures[];
}

/** Every metric's figures straight from the raw items: slow with many, and right by itself. */
export function readRawMetrics(asking: Asking, hasLinks: boolean, scope: ReadScope): Promise<MetricsRead> {
  return readMetrics(asking, unitsQuery(asking.plan, asking.bounds, { hasLinks }), scope);
}

/** Every metric's figures from the rows of its units. */
export function readDerivedMetrics(asking: Asking, hash: string, scope: ReadScope): Promise<MetricsRead> {
  return readMetrics(asking, readUnitsQuery(asking.plan, asking.bounds, hash), scope);
}

async function readMetrics(asking: Asking, units: UnitsQuery, scope: ReadScope): Promise<MetricsRead> {
  const { plan } = asking;
  const cells = cellFigures(plan, units.columns, scope.caps, await ask<CellRow>(asking, cellsQuery(plan, units, scope)));
  const usual = (): number => -normalQuantile(plan.alpha / 2);
  const criticalValues = Object.fromEntries(
    plannedMetrics(plan).flatMap((metric, index) =>
      metric.definition.type === 'quantile'
        ? [[index, (scope.criticalValueOf ?? usual)(metric, judgedUnits(asking, cells, metric))]]
        : [],
    ),
  );
  const query = quantilesQuery(plan, units, { ...scope, criticalValues });
  const rows = query === undefined ? [] : await ask<QuantileRow>(asking, query);
  return {
    ...cells,
    metrics: plannedMetrics(plan).map(
      (metric, index) =>
        cells.metrics[index] ?? quantileFigures(plan, metric, index, { rows, criticalValue: criticalValues[index] ?? usual() }),
    ),
  };
}

/**
 * Of each arm the units that a quantile is judged by: the matured ones, as a mean with the same window has counted them. All of them
 * without a window, and where there is no such mean.
 */
function judgedUnits({ plan }: Asking, { metrics, units }: CellFigures, metric: MetricPlan): readonly number[] {
  const window = isMatured(metric, false);
  const never = '0';
  const means = plannedMetrics(plan).flatMap((other, index) => {
    const figures = metrics[index];
    return figures?.kind === 'means' && window !== never && isMatured(other, false) === window ? [figures] : [];
  });
  return plan.arms.map((_, arm) => means[0]?.arms[arm]?.maturedUnits ?? units.find((one) => one.arm === arm)?.units ?? 0);
}

type Surroundings = Pick<
  Figures,
  | 'exposures'
  | 'days'
  | 'events'
  | 'dimensionUnits'
  | 'dimensions'
  | 'bySinceExposure'
  | 'lastExposureAt'
  | 'lastEventAt'
  | 'watermark'
>;

/** What results say beside the metrics' figures. */
export async function readSurroundings(
  asking: Asking,
  hash: string,
  hasLinks: boolean,
  scope: CellsScope,
): Promise<Surroundings> {
  const { plan, bounds } = asking;
  const units = readUnitsQuery(plan, bounds, hash);
  const exposures = await ask<ExposureRow>(asking, exposureCountsQuery(plan, bounds));
  const days = await ask<Figures['days'][number]>(asking, dailyUnitsQuery(plan, units));
  const stream =
    plannedMetrics(plan).length === 0 ? undefined : await ask<StreamRow>(asking, streamQuery(plan, bounds, hasLinks));
  const byDimension = await readDimensions(asking, units, scope);
  return {
    exposures: exposures.map(({ variant, exclusion, items, withoutUnit, units: different }) => ({
      variant,
      exclusion,
      items,
      withoutUnit,
      units: different,
    })),
    days,
    events: stream === undefined ? null : streamFigures(stream),
    dimensionUnits: dimensionUnits(plan, byDimension),
    dimensions: dimensionFigures(plan, byDimension),
    bySinceExposure: await readSinceExposure(asking, units),
    lastExposureAt: latest(exposures),
    lastEventAt: latest(stream ?? []),
    watermark: exposures.length === 0 ? null : bounds.dataUntil,
  };
}

function latest(rows: readonly { readonly lastMs: number }[]): string | null {
  return rows.length === 0 ? null : new Date(Math.max(...rows.map(({ lastMs }) => lastMs))).toISOString();
}

async function readDimensions(asking: Asking, units: UnitsQuery, scope: CellsScope): Promise<readonly DimensionRow[]> {
  const frequent = await ask<FrequentValue>(asking, frequentValuesQuery(asking.plan, units));
  const query = dimensionsQuery(asking.plan, units, frequent, scope);
  return query === undefined ? [] : ask<DimensionRow>(asking, query);
}

async function readSinceExposure(asking: Asking, units: UnitsQuery): Promise<readonly SinceExposure[]> {
  const asked = sinceExposureQuery(asking.plan, units);
  if (asked === undefined) return [];
  const rows = await ask<SinceRow>(asking, asked.query);
  return rows.flatMap(({ day, arm, n, total }) =>
    total === null ? [] : [{ metric: asked.metric, day, arm, n, mean: total / n }],
  );
}

/** The statement that leads from the raw items to every cell, with the parameters that it names. */
export function shownQuery({ plan, bounds }: Asking, hasLinks: boolean, scope: CellsScope): Query {
  const { sql, parameters } = cellsQuery(plan, unitsQuery(plan, bounds, { hasLinks }), scope);
  return { sql, parameters: Object.fromEntries(Object.entries(parameters).filter(([name]) => sql.includes(`{${name}:`))) };
}
