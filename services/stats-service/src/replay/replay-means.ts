import {
  emptyCrossMoments,
  meanStatistic,
  randomisationBelowUnits,
  ratioStatistic,
  type Conversions,
  type CrossMoments,
  type Stratum,
} from '@stitchd/statistics';
import { call, type Call } from './call.ts';
import type { ReplayFrame, ReplayOnce, ReplayValues } from './replay-metric.ts';

type MeansValues = Extract<ReplayValues, { readonly kind: 'mean' | 'share' | 'ratio' }>;

/** Sums of numbers that were centred before, so that no digit of the variance is lost: a cell for each arm and stratum. */
export function replayMeans({ kind, columns }: MeansValues, { armCount, alpha, history }: ReplayFrame): ReplayOnce {
  const { units, centres, rows } = layOut(columns);
  const size = columns.length;
  const width = 1 + size + (size * (size + 1)) / 2;
  const sums = new Float64Array(armCount * 2 * width);
  const strata = Uint8Array.from(units, (unit) => ((history[unit] as number) > 0 ? 1 : 0));
  return (arms) => {
    sums.fill(0);
    for (let place = 0; place < units.length; place++) {
      const cell = ((arms[units[place] as number] as number) * 2 + (strata[place] as number)) * width;
      addRow(sums, cell, { rows, at: place * size, size });
    }
    const cells = Array.from({ length: armCount }, (_, arm) =>
      ([1, 0] as const).map((stratum) => momentsAt(sums, (arm * 2 + stratum) * width, centres)),
    );
    return cells.slice(1).map((treatment) => compareCells(kind, cells[0] ?? [], treatment, alpha));
  };
}

/** Units whose window had closed, with their numbers beside each other. */
function layOut(columns: readonly Float64Array[]) {
  const [first = new Float64Array(0)] = columns;
  const units = Uint32Array.from(first.keys()).filter((unit) => Number.isFinite(first[unit]));
  const centres = columns.map((column) => units.reduce((sum, unit) => sum + (column[unit] as number), 0) / units.length || 0);
  const rows = new Float64Array(units.length * columns.length);
  for (const [place, unit] of units.entries())
    for (const [index, column] of columns.entries())
      rows[place * columns.length + index] = (column[unit] as number) - (centres[index] as number);
  return { units, centres, rows };
}

function addRow(sums: Float64Array, cell: number, of: { rows: Float64Array; at: number; size: number }): void {
  const { rows, at, size } = of;
  let product = cell + 1 + size;
  sums[cell] = (sums[cell] as number) + 1;
  for (let i = 0; i < size; i++) {
    const number = rows[at + i] as number;
    sums[cell + 1 + i] = (sums[cell + 1 + i] as number) + number;
    for (let j = i; j < size; j++) {
      sums[product] = (sums[product] as number) + number * (rows[at + j] as number);
      product += 1;
    }
  }
}

function momentsAt(sums: Float64Array, cell: number, centres: readonly number[]): CrossMoments {
  const size = centres.length;
  const n = sums[cell] as number;
  if (n === 0) return emptyCrossMoments(size);
  const sum = (i: number): number => sums[cell + 1 + i] as number;
  const place = (i: number, j: number): number => cell + 1 + size + i * size - (i * (i - 1)) / 2 + (j - i);
  const product = (i: number, j: number): number =>
    (sums[place(Math.min(i, j), Math.max(i, j))] as number) - (sum(i) * sum(j)) / n;
  return {
    n,
    means: centres.map((centre, i) => centre + sum(i) / n),
    products: centres.map((_, i) => centres.map((__, j) => (i === j ? Math.max(0, product(i, i)) : product(i, j)))),
  };
}

/** @param control - those with a history, and those without */
function compareCells(
  kind: MeansValues['kind'],
  control: readonly CrossMoments[],
  treatment: readonly CrossMoments[],
  alpha: number,
): Call | undefined {
  const size = control[0]?.means.length ?? 0;
  const isRatio = kind === 'ratio';
  const covariates = isRatio ? (size === 4 ? [ratioStatistic(2, 3)] : []) : size === 2 ? [meanStatistic(1)] : [];
  const strata = (['history', 'new'] as const).flatMap((key, index): Stratum[] => {
    const arms = [control[index], treatment[index]].map((moments) => moments ?? emptyCrossMoments(size));
    if (arms.every(({ n }) => n === 0)) return [];
    return [{ key, arms, covariates: key === 'history' ? covariates : [] }];
  });
  const units = [control, treatment].map((cells) => cells.reduce((sum, { n }) => sum + n, 0));
  // Of so few, results shuffle the labels themselves, which is right by construction: there is nothing to replay.
  if (kind !== 'share' && units.some((n) => n < randomisationBelowUnits)) return undefined;
  const target = isRatio ? ratioStatistic(0, 1) : meanStatistic(0);
  const conversions = kind === 'share' && {
    conversions: { control: conversionsOf(control), treatment: conversionsOf(treatment) },
  };
  return call({ kind: 'means', periods: [strata], target, ...conversions }, alpha);
}

function conversionsOf(cells: readonly CrossMoments[]): Conversions {
  return {
    successes: cells.reduce((sum, { n, means }) => sum + Math.round(n * (means[0] ?? 0)), 0),
    trials: cells.reduce((sum, { n }) => sum + n, 0),
  };
}
