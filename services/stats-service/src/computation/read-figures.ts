import { normalQuantile } from '@stitchd/statistics';
import type { DerivedTallies, EventTally } from '@stitchd/db/stats';
import { ask, together, type Asking } from './asking.ts';
import { cellLayout } from './cell-layout.ts';
import { cellsQuery, type CellRow, type CellsScope } from './cells-query.ts';
import { dailyUnits, daysQuery, firstSeen, sinceExposure, type DayRow } from './days-query.ts';
import { readUnitsQuery } from './derived-units.ts';
import {
  dimensionFigures,
  dimensionsQuery,
  dimensionUnits,
  frequentValuesQuery,
  type DimensionRow,
  type FrequentValue,
} from './dimensions-query.ts';
import { completeUntil } from './complete-until.ts';
import { countExposures, type ExposureCounts } from './exposure-counts.ts';
import type { Figures, MetricFigures } from './figures.ts';
import type { MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import { quantileFigures, quantilesQuery, type QuantileRow } from './quantiles-query.ts';
import type { Query } from './query.ts';
import { cellFigures, type CellFigures } from './read-cells.ts';
import { countStream, streamFigures } from './stream-query.ts';
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
  const { columns } = units;
  const layout = cellLayout(plan, columns, scope.caps);
  const cells = cellFigures(plan, { columns, layout, scope }, await ask<CellRow>(asking, cellsQuery(plan, units, layout, scope)));
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

/** Counts of items as they came. */
export interface ItemCounts {
  readonly exposures: ExposureCounts;
  /** Undefined where no metric asks for events. */
  readonly stream: readonly EventTally[] | undefined;
}

/** @param kept - what the last computation counted, and from when on items were still new to it; left out: all are counted */
export async function countItems(
  asking: Asking,
  hasLinks: boolean,
  kept: { readonly tallies: DerivedTallies; readonly storedFrom: string } | undefined,
): Promise<ItemCounts> {
  const of = <T>(tallies: (of: DerivedTallies) => T) => kept && { tallies: tallies(kept.tallies), storedFrom: kept.storedFrom };
  const [exposures, stream] = await together([
    countExposures(
      asking,
      of(({ exposures: settled }) => settled),
    ),
    plannedMetrics(asking.plan).length === 0
      ? undefined
      : countStream(
          asking,
          hasLinks,
          of(({ events }) => events),
        ),
  ]);
  return { exposures, stream };
}

type ItemFigures = Pick<Figures, 'exposures' | 'events' | 'lastExposureAt' | 'lastEventAt' | 'watermark'>;

export function itemFigures({ bounds }: Asking, { exposures: { counts }, stream }: ItemCounts): ItemFigures {
  return {
    exposures: counts.map(({ variant, exclusion, items, withoutUnit, units }) => ({
      variant,
      exclusion,
      items,
      withoutUnit,
      units,
    })),
    events: stream === undefined ? null : streamFigures(stream),
    lastExposureAt: latest(counts),
    lastEventAt: latest(stream ?? []),
    watermark: counts.length === 0 ? null : completeUntil(bounds),
  };
}

type Surroundings = Pick<Figures, 'days' | 'firstSeen' | 'dimensionUnits' | 'dimensions' | 'bySinceExposure'>;

/** What results say of units beside the metrics' figures. */
export async function readSurroundings(asking: Asking, hash: string, scope: CellsScope): Promise<Surroundings> {
  const { plan, bounds } = asking;
  const units = readUnitsQuery(plan, bounds, hash);
  const [days, byDimension] = await together([ask<DayRow>(asking, daysQuery(plan, units)), readDimensions(asking, units, scope)]);
  return {
    days: dailyUnits(days),
    firstSeen: firstSeen(days),
    dimensionUnits: dimensionUnits(plan, byDimension),
    dimensions: dimensionFigures(plan, units, scope, byDimension),
    bySinceExposure: sinceExposure(plan, units, days),
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

/** The statement that leads from the raw items to every cell, with the parameters that it names. */
export function shownQuery({ plan, bounds }: Asking, hasLinks: boolean, scope: CellsScope): Query {
  const units = unitsQuery(plan, bounds, { hasLinks });
  const { sql, parameters } = cellsQuery(plan, units, cellLayout(plan, units.columns, scope.caps), scope);
  return { sql, parameters: Object.fromEntries(Object.entries(parameters).filter(([name]) => sql.includes(`{${name}:`))) };
}
