import { argumentsOf } from '../domain-error.ts';
import { compensatedSum } from './compensated-sum.ts';

/**
 * The sufficient statistics of rows of several numbers, as plain JSON: whatever is a smooth function of means (a mean, a ratio, both
 * adjusted by what was measured before) is estimated from these, with its variance.
 */
export interface CrossMoments {
  /** How many rows; one row is one unit of randomisation. */
  readonly n: number;
  readonly means: readonly number[];
  /** Σ(xᵢ − meanᵢ)·(xⱼ − meanⱼ): symmetric, as wide as `means`. Divided by n it is ClickHouse's `covarPopStable`. */
  readonly products: readonly (readonly number[])[];
}

/** The moments of no rows of this many numbers. */
export function emptyCrossMoments(width: number): CrossMoments {
  const zeros = Array.from({ length: width }, () => 0);
  return { n: 0, means: zeros, products: zeros.map(() => zeros) };
}

/** The moments of these rows, which are all equally long; two passes, as in `momentsOf`. */
export function crossMomentsOf(rows: readonly (readonly number[])[]): CrossMoments {
  const [first] = rows;
  if (first === undefined) return emptyCrossMoments(0);
  const columns = first.map((_, index) => rows.map((row) => row[index] ?? Number.NaN));
  const means = columns.map((column) => compensatedSum(column) / rows.length);
  const centred = columns.map((column, index) => column.map((value) => value - (means[index] ?? Number.NaN)));
  const rests = centred.map((column) => compensatedSum(column));
  const products = centred.map((a, i) =>
    centred.map((b, j) => {
      const product = a.reduce((sum, value, index) => sum + value * (b[index] ?? Number.NaN), 0);
      return product - ((rests[i] ?? Number.NaN) * (rests[j] ?? Number.NaN)) / rows.length;
    }),
  );
  return { n: rows.length, means, products };
}

/**
 * The moments that a database's count, averages and population covariances stand for.
 *
 * Products are n times the covariances, in the units of both columns together.
 *
 * @param covariances of `covarPopStable`, never of a difference of sums
 * @throws DomainError where they can't belong to one sample
 */
export function crossMomentsFromCovariances(
  n: number,
  means: readonly number[],
  covariances: readonly (readonly number[])[],
): CrossMoments {
  const check = argumentsOf('crossMomentsFromCovariances');
  check(Number.isSafeInteger(n) && n >= 0, 'n', n, 'a whole number of at least 0');
  check(covariances.length === means.length, 'the number of rows', covariances.length, `the number of means, ${means.length}`);
  if (n === 0) return emptyCrossMoments(means.length);
  for (const [index, row] of covariances.entries()) {
    check(Number.isFinite(means[index]), `means[${index}]`, means[index] ?? Number.NaN, 'a finite number');
    check(row.length === means.length && row.every(Number.isFinite), `covariances[${index}]`, row.join(', '), 'finite numbers');
    check((row[index] ?? Number.NaN) >= 0, `the variance ${index}`, row[index] ?? Number.NaN, 'at least 0');
  }
  return { n, means, products: covariances.map((row) => row.map((value) => value * n)) };
}

/**
 * The moments of two samples together (Chan, Golub & LeVeque 1979, with products in place of squares).
 *
 * @throws DomainError where their rows differ in length
 */
export function combineCrossMoments(first: CrossMoments, second: CrossMoments): CrossMoments {
  if (first.n === 0) return second;
  if (second.n === 0) return first;
  const n = first.n + second.n;
  const apart = differences('combineCrossMoments', first, second);
  const weight = first.n * (second.n / n);
  return {
    n,
    means: first.means.map((mean, index) => mean + (apart[index] ?? Number.NaN) * (second.n / n)),
    products: first.products.map((row, i) =>
      row.map(
        (value, j) =>
          value + (second.products[i]?.[j] ?? Number.NaN) + (apart[i] ?? Number.NaN) * (apart[j] ?? Number.NaN) * weight,
      ),
    ),
  };
}

/**
 * The moments of what remains of `whole` without `part`; see `removeMoments` for its rounding.
 *
 * @throws DomainError where `part` has more rows than `whole`, or rows of another length
 */
export function removeCrossMoments(whole: CrossMoments, part: CrossMoments): CrossMoments {
  argumentsOf('removeCrossMoments')(part.n <= whole.n, 'part.n', part.n, `at most the whole's ${whole.n}`);
  if (part.n === 0) return whole;
  const n = whole.n - part.n;
  if (n === 0) return emptyCrossMoments(whole.means.length);
  const apart = differences('removeCrossMoments', part, whole);
  const weight = part.n * (whole.n / n);
  return {
    n,
    means: whole.means.map((mean, index) => mean + (apart[index] ?? Number.NaN) * (part.n / n)),
    products: whole.products.map((row, i) =>
      row.map((value, j) => {
        const rest = value - (part.products[i]?.[j] ?? Number.NaN) - (apart[i] ?? Number.NaN) * (apart[j] ?? Number.NaN) * weight;
        return i === j ? Math.max(0, rest) : rest;
      }),
    ),
  };
}

/** second − first, mean by mean. */
function differences(functionName: string, first: CrossMoments, second: CrossMoments): readonly number[] {
  argumentsOf(functionName)(
    first.means.length === second.means.length,
    'the length of the rows',
    second.means.length,
    `${first.means.length}`,
  );
  return second.means.map((mean, index) => mean - (first.means[index] ?? Number.NaN));
}
