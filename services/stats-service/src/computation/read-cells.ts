import { metricWindow } from '@stitchd/core';
import { hadThreshold, type CellLayout, type MetricPlaces } from './cell-layout.ts';
import { momentsOfAll, thirdAt } from './array-row.ts';
import type { CellRow, CellsScope } from './cells-query.ts';
import type { Cell, HarmFigures, MetricArmFigures, MetricFigures, UnitCount } from './figures.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import { skewnessOf } from './skewness.ts';
import type { UnitColumns } from './unit-columns.ts';
import { unitNumbers } from './unit-numbers.ts';

/** What the cells' statement says: everything but quantiles, which are no sums. */
export interface CellFigures {
  /** Undefined in the place of a quantile. */
  readonly metrics: readonly (Exclude<MetricFigures, { readonly kind: 'quantile' }> | undefined)[];
  readonly units: readonly UnitCount[];
  readonly periodUnits: readonly (UnitCount & { readonly period: number })[];
  readonly harm: readonly HarmFigures[];
}

/** How rows are to be understood. */
export interface CellsRead {
  readonly columns: UnitColumns;
  readonly layout: CellLayout;
  readonly scope: CellsScope;
}

export function cellFigures(plan: ComputationPlan, read: CellsRead, rows: readonly CellRow[]): CellFigures {
  const pauses = new Set(plan.periods.filter(({ isPause }) => isPause).map(({ number }) => number));
  const counted = rows.filter(({ period }) => !pauses.has(period));
  const metrics = plannedMetrics(plan);
  return {
    metrics: metrics.map((metric, index) => {
      const places = read.layout.metrics[index];
      return places && meansFigures(plan, metric, { ...read, places, index, rows: counted });
    }),
    units: plan.arms.map((_, arm) => unitCount(arm, counted)),
    periodUnits: plan.periods.flatMap(({ number }) =>
      plan.arms.map((_, arm) => ({
        period: number,
        ...unitCount(
          arm,
          rows.filter(({ period }) => period === number),
        ),
      })),
    ),
    harm: metrics.flatMap((metric, index) => harmFigures(plan, metric, read.layout, read.layout.metrics[index], counted)),
  };
}

const total = <Row>(rows: readonly Row[], of: (row: Row) => number | null | undefined): number =>
  rows.reduce((sum, row) => sum + (of(row) ?? 0), 0);

function unitCount(arm: number, rows: readonly CellRow[]): UnitCount {
  const mine = rows.filter((row) => row.arm === arm);
  return { arm, units: total(mine, ({ n }) => n), mixedUnits: total(mine, ({ mixed }) => mixed) };
}

/** Which rows are of units for which nothing changes any more: by how many thresholds they have had. */
export function maturedFrom(metric: MetricPlan, layout: CellLayout, { isEnded }: CellsScope): number {
  const { toMs } = metricWindow(metric.definition);
  return toMs === undefined && isEnded ? 0 : hadThreshold(layout, toMs);
}

interface MetricRows extends CellsRead {
  readonly places: MetricPlaces;
  readonly index: number;
  readonly rows: readonly CellRow[];
}

function meansFigures(
  plan: ComputationPlan,
  metric: MetricPlan,
  { columns, layout, scope, places, index, rows }: MetricRows,
): Exclude<MetricFigures, { readonly kind: 'quantile' }> {
  const of = columns.metrics[index];
  if (of === undefined) throw new Error(`the metric ${metric.key} has no columns`);
  const from = maturedFrom(metric, layout, scope);
  const cells = { all: [] as Cell[], matured: [] as Cell[] };
  for (const ages of byCell(rows))
    for (const which of ['all', 'matured'] as const) {
      const some = which === 'all' ? ages : ages.filter(({ age }) => age >= from);
      const [one] = some;
      if (one === undefined) continue;
      const { period, arm } = one;
      const moments = momentsOfAll(layout, some, places.numbers);
      if (moments === undefined) return { kind: 'not-finite', arm };
      cells[which].push({ period, arm, stratum: one.has_history === 1 ? 'history' : 'new', ...moments });
    }
  const [first] = of.after;
  return {
    kind: 'means',
    columns: unitNumbers(metric, of, scope.caps).columns,
    isShare: first?.role === 'share' || first?.role === 'level',
    ...cells,
    arms: plan.arms.map((_, arm) => {
      const mine = rows.filter((row) => row.arm === arm);
      return armFigures(layout, places, { all: mine, matured: mine.filter(({ age }) => age >= from) });
    }),
  };
}

/** Rows of one cell differ by age only, and follow each other. */
function byCell(rows: readonly CellRow[]): readonly (readonly CellRow[])[] {
  const cells = new Map<string, CellRow[]>();
  for (const row of rows) {
    const key = [row.period, row.arm, row.has_history].join();
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, [row]);
    else cell.push(row);
  }
  return [...cells.values()];
}

function armFigures(
  layout: CellLayout,
  { numbers, counted, steps, capped, largest, third }: MetricPlaces,
  { all, matured }: { readonly all: readonly CellRow[]; readonly matured: readonly CellRow[] },
): MetricArmFigures {
  const [first = 0] = numbers;
  const sum = total(all, ({ sums }) => sums[first]);
  const denominators = total(all, ({ sums }) => sums[counted]);
  const most = largest === undefined ? 0 : Math.max(0, ...all.map((row) => row.largest[largest] ?? 0));
  const shaped = matured.length > 0 ? matured : all;
  return {
    units: total(all, ({ n }) => n),
    maturedUnits: total(matured, ({ n }) => n),
    conversions: total(all, ({ happened }) => happened[counted]),
    maturedConversions: total(matured, ({ happened }) => happened[counted]),
    sum,
    skewness: third === undefined ? null : skewnessOf(shaped.map((row) => thirdAt(layout, row, third))),
    capped: capped
      ? {
          units: total(all, ({ counts }) => counts[capped.units]),
          sum,
          uncappedSum: total(all, ({ sums }) => sums[capped.uncapped]),
        }
      : null,
    steps: steps.length === 0 || all.length === 0 ? null : steps.map((step) => total(matured, ({ counts }) => counts[step])),
    largestShare: largest !== undefined && denominators > 0 ? most / denominators : null,
  };
}

function harmFigures(
  plan: ComputationPlan,
  metric: MetricPlan,
  layout: CellLayout,
  places: MetricPlaces | undefined,
  rows: readonly CellRow[],
): readonly HarmFigures[] {
  const played = plan.periods.filter(({ isPause }) => !isPause).map(({ number }) => number);
  const periods = played.length === 0 ? [1] : played;
  return (places?.harm ?? []).flatMap(({ windowMs, numbers, counted }) => {
    const from = hadThreshold(layout, windowMs);
    return periods.flatMap((period) =>
      plan.arms.map((_, arm): HarmFigures => {
        const mine = rows.filter((row) => row.period === period && row.arm === arm && row.age >= from);
        return {
          metric: metric.key,
          windowMs,
          period,
          arm,
          n: total(mine, ({ n }) => n),
          conversions: total(mine, ({ happened }) => happened[counted]),
          moments: mine.length === 0 ? null : (momentsOfAll(layout, mine, numbers) ?? null),
        };
      }),
    );
  });
}
