import { combineCrossMoments, emptyCrossMoments, type CrossMoments } from '@stitchd/statistics';
import type { CellLayout } from './cell-layout.ts';
import type { ArrayRow } from './cells-query.ts';
import type { ThirdMoment } from './skewness.ts';

/** The moments of some numbers of a row; undefined where one of them is no number. */
export function momentsAt({ pairs }: CellLayout, row: ArrayRow, places: readonly number[]): CrossMoments | undefined {
  const finite = (value: number | null | undefined): number => value ?? Number.NaN;
  const covariance = (left: number, right: number): number => {
    if (left === right) return finite(row.variances[left]);
    const [first, second] = left < right ? [left, right] : [right, left];
    return finite(row.covariances[pairs.findIndex(([a, b]) => a === first && b === second)]);
  };
  const means = places.map((place) => finite(row.means[place]));
  const products = places.map((left) => places.map((right) => covariance(left, right) * row.n));
  return [...means, ...products.flat()].every(Number.isFinite) ? { n: row.n, means, products } : undefined;
}

/** Those of several rows together; undefined where one of them has none. */
export function momentsOfAll(layout: CellLayout, rows: readonly ArrayRow[], places: readonly number[]): CrossMoments | undefined {
  const parts = rows.map((row) => momentsAt(layout, row, places));
  return parts.reduce<CrossMoments | undefined>(
    (sum, part) => (sum === undefined || part === undefined ? undefined : combineCrossMoments(sum, part)),
    emptyCrossMoments(places.length),
  );
}

/** The third moment of one number of a row. */
export function thirdAt({ thirds }: CellLayout, row: ArrayRow, third: number): ThirdMoment {
  const place = thirds[third] ?? 0;
  return {
    n: row.n,
    mean: row.means[place] ?? 0,
    second: (row.variances[place] ?? 0) * row.n,
    third: row.thirds[third] ?? 0,
  };
}
