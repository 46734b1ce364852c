/** Sums of powers of the distances from the mean, up to the third. */
export interface ThirdMoment {
  readonly n: number;
  readonly mean: number;
  readonly second: number;
  readonly third: number;
}

/** The skewness of all together (Pébay 2008, for the parts), n / ((n − 1)(n − 2)) Σ ((x − mean) / s)³; null where there is none. */
export function skewnessOf(parts: readonly ThirdMoment[]): number | null {
  const { n, second, third } = parts.reduce(combined, { n: 0, mean: 0, second: 0, third: 0 });
  if (n < 3 || !(second > 0)) return null;
  const skewness = ((n * Math.sqrt(n - 1)) / (n - 2)) * (third / second ** 1.5);
  return Number.isFinite(skewness) ? skewness : null;
}

function combined(a: ThirdMoment, b: ThirdMoment): ThirdMoment {
  const n = a.n + b.n;
  if (n === 0) return a;
  const apart = b.mean - a.mean;
  return {
    n,
    mean: a.mean + (apart * b.n) / n,
    second: a.second + b.second + (apart ** 2 * a.n * b.n) / n,
    third:
      a.third + b.third + (apart ** 3 * a.n * b.n * (a.n - b.n)) / n ** 2 + (3 * apart * (a.n * b.second - b.n * a.second)) / n,
  };
}
