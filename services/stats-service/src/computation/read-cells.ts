import { combineCrossMoments, emptyCrossMoments, type CrossMoments } from '@stitchd/statistics';
import type { Cell, HarmFigures, MetricArmFigures, MetricFigures, UnitCount } from './figures.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import { skewnessOf, type ThirdMoment } from './skewness.ts';
import type { UnitColumns } from './unit-columns.ts';
import { unitNumbers, type Caps } from './unit-numbers.ts';

type Value = number | null | readonly (number | null)[];

export type CellRow = {
  readonly period: number;
  readonly arm: number;
  readonly has_history: number;
  readonly n: number;
  readonly mixed: number;
} & Readonly<Record<string, Value>>;

/** What the cells' statement says: everything but quantiles, which are no sums. */
export interface CellFigures {
  /** Undefined in the place of a quantile. */
  readonly metrics: readonly (Exclude<MetricFigures, { readonly kind: 'quantile' }> | undefined)[];
  readonly units: readonly UnitCount[];
  readonly periodUnits: readonly (UnitCount & { readonly period: number })[];
  readonly harm: readonly HarmFigures[];
}

export function cellFigures(plan: ComputationPlan, columns: UnitColumns, caps: Caps, rows: readonly CellRow[]): CellFigures {
  const pauses = new Set(plan.periods.filter(({ isPause }) => isPause).map(({ number }) => number));
  const counted = rows.filter(({ period }) => !pauses.has(period));
  const metrics = plannedMetrics(plan);
  return {
    metrics: metrics.map((metric, index) =>
      metric.definition.type === 'quantile' ? undefined : meansFigures(plan, metric, { columns, caps, index, rows: counted }),
    ),
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
    harm: metrics.flatMap((metric, index) => harmFigures(plan, metric, { columns, index, rows: counted })),
  };
}

function unitCount(arm: number, rows: readonly CellRow[]): UnitCount {
  const mine = rows.filter((row) => row.arm === arm);
  return { arm, units: total(mine, 'n'), mixedUnits: total(mine, 'mixed') };
}

const numberIn = (row: CellRow, name: string): number => {
  const value = row[name];
  return typeof value === 'number' ? value : 0;
};
const listIn = (row: CellRow, name: string): readonly (number | null)[] => {
  const value = row[name];
  return Array.isArray(value) ? (value as readonly (number | null)[]) : [];
};
const total = (rows: readonly CellRow[], name: string): number => rows.reduce((sum, row) => sum + numberIn(row, name), 0);

interface MetricRows {
  readonly columns: UnitColumns;
  readonly index: number;
  readonly rows: readonly CellRow[];
}

function meansFigures(
  plan: ComputationPlan,
  metric: MetricPlan,
  { columns, caps, index, rows }: MetricRows & { readonly caps: Caps },
): Exclude<MetricFigures, { readonly kind: 'quantile' }> {
  const of = columns.metrics[index];
  if (of === undefined) throw new Error(`the metric ${metric.key} has no columns`);
  const name = `m${index}`;
  const cells = { all: [] as Cell[], matured: [] as Cell[] };
  for (const row of rows)
    for (const which of ['all', 'matured'] as const) {
      const moments = momentsIn(row, `${name}_${which}`);
      if (moments === 'not-finite') return { kind: 'not-finite', arm: row.arm };
      const { period, arm } = row;
      if (moments.n > 0) cells[which].push({ period, arm, stratum: row.has_history === 1 ? 'history' : 'new', ...moments });
    }
  const [first] = of.after;
  return {
    kind: 'means',
    columns: unitNumbers(metric, of, caps).columns,
    isShare: first?.role === 'share' || first?.role === 'level',
    ...cells,
    arms: plan.arms.map((_, arm) => {
      const mine = rows.filter((row) => row.arm === arm);
      return armFigures(mine, name, { isCapped: first !== undefined && caps[first.name] !== undefined });
    }),
  };
}

function armFigures(rows: readonly CellRow[], name: string, { isCapped }: { readonly isCapped: boolean }): MetricArmFigures {
  const maturedUnits = total(rows, `${name}_matured_n`);
  const denominators = total(rows, `${name}_denominator_sum`);
  const largest = Math.max(0, ...rows.map((row) => numberIn(row, `${name}_denominator_max`)));
  const steps = rows.map((row) => listIn(row, `${name}_steps`)).filter(({ length }) => length > 0);
  return {
    units: total(rows, 'n'),
    maturedUnits,
    conversions: total(rows, `${name}_conversions`),
    maturedConversions: total(rows, `${name}_matured_conversions`),
    sum: total(rows, `${name}_sum`),
    skewness: skewnessOf(rows.flatMap((row) => thirdIn(row, name, maturedUnits > 0))),
    capped: isCapped
      ? {
          units: total(rows, `${name}_capped_units`),
          sum: total(rows, `${name}_sum`),
          uncappedSum: total(rows, `${name}_uncapped_sum`),
        }
      : null,
    steps:
      steps.length === 0 ? null : (steps[0] ?? []).map((_, step) => steps.reduce((sum, counts) => sum + (counts[step] ?? 0), 0)),
    largestShare: rows.some((row) => `${name}_denominator_sum` in row) && denominators > 0 ? largest / denominators : null,
  };
}

function thirdIn(row: CellRow, name: string, isMatured: boolean): readonly ThirdMoment[] {
  const third = listIn(row, `${name}_third`);
  const which = isMatured ? 'matured' : 'all';
  const n = numberIn(row, `${name}_${which}_n`);
  const [mean] = listIn(row, `${name}_${which}_means`);
  const [variance] = listIn(row, `${name}_${which}_covariances`);
  if (third.length === 0 || n === 0) return [];
  const skewness = third[isMatured ? 1 : 0] ?? 0;
  return [{ n, mean: mean ?? 0, second: (variance ?? 0) * n, third: skewness * (variance ?? 0) ** 1.5 * n }];
}

/** Rows come with covariances of the population, the upper triangle row by row. */
export function momentsIn(row: Readonly<Record<string, Value>>, name: string): CrossMoments | 'not-finite' {
  const n = numberIn(row as CellRow, `${name}_n`);
  const means = listIn(row as CellRow, `${name}_means`);
  const covariances = listIn(row as CellRow, `${name}_covariances`);
  const width = means.length;
  if (n === 0) return emptyCrossMoments(width);
  if (means.includes(null) || covariances.includes(null)) return 'not-finite';
  const place = (i: number, j: number): number => (i * (2 * width - i + 1)) / 2 + (j - i);
  const products = means.map((_, i) => means.map((__, j) => (covariances[place(Math.min(i, j), Math.max(i, j))] ?? 0) * n));
  return { n, means: means as readonly number[], products };
}

function harmFigures(plan: ComputationPlan, metric: MetricPlan, { columns, index, rows }: MetricRows): readonly HarmFigures[] {
  return (columns.metrics[index]?.harm ?? []).flatMap(({ windowMs }, place) =>
    plan.arms.map((_, arm): HarmFigures => {
      const name = `m${index}_harm_${place}`;
      const mine = rows.filter((row) => row.arm === arm);
      const cells = mine.map((row) => momentsIn(row, name));
      const finite = cells.filter((cell) => cell !== 'not-finite').filter(({ n }) => n > 0);
      const [first, ...rest] = finite;
      return {
        metric: metric.key,
        windowMs,
        arm,
        n: total(mine, `${name}_n`),
        conversions: total(mine, `${name}_conversions`),
        moments:
          cells.includes('not-finite') || first === undefined
            ? null
            : rest.reduce((sum, cell) => combineCrossMoments(sum, cell), first),
      };
    }),
  );
}
