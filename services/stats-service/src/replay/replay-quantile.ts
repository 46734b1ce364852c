import { normalQuantile, quantileOfSorted } from '@stitchd/statistics';
import type { QuantileArm } from '../computation/figures.ts';
import { callQuantiles } from './call.ts';
import type { ReplayFrame, ReplayOnce, ReplayValues } from './replay-metric.ts';

/** A quantile of one number per unit: sorted once, each arm's are in order too. */
export function replayQuantile(
  { numbers, level }: Extract<ReplayValues, { readonly kind: 'quantile' }>,
  { armCount, alpha }: ReplayFrame,
): ReplayOnce {
  const units = Uint32Array.from(numbers.keys())
    .filter((unit) => Number.isFinite(numbers[unit]))
    .sort((left, right) => (numbers[left] as number) - (numbers[right] as number));
  const sorted = Float64Array.from(units, (unit) => numbers[unit] as number);
  const split = createSplit(sorted, units, armCount);
  const criticalValue = -normalQuantile(alpha / 2);
  return (arms) => {
    const found = split(arms).map((values) =>
      quantileArm(values, {
        level,
        criticalValue,
        units: values.length,
        rankError: Math.sqrt((level * (1 - level)) / values.length),
      }),
    );
    return callQuantiles(found, { level, per: 'unit', alpha });
  };
}

/**
 * Splits sorted numbers by the arms of their units, each arm's in order.
 * @returns views of one buffer, good until the next split
 */
export function createSplit(
  sorted: Float64Array,
  owners: Uint32Array,
  armCount: number,
): (arms: Uint8Array) => readonly Float64Array[] {
  const buffer = new Float64Array(sorted.length);
  const sizes = new Uint32Array(armCount);
  const next = new Uint32Array(armCount);
  return (arms) => {
    sizes.fill(0);
    for (const owner of owners) {
      const arm = arms[owner] as number;
      sizes[arm] = (sizes[arm] as number) + 1;
    }
    let begin = 0;
    const begins = Array.from(sizes, (size) => (begin += size) - size);
    next.set(begins);
    for (let place = 0; place < owners.length; place++) {
      const arm = arms[owners[place] as number] as number;
      const at = next[arm] as number;
      buffer[at] = sorted[place] as number;
      next[arm] = at + 1;
    }
    return begins.map((from, arm) => buffer.subarray(from, from + (sizes[arm] as number)));
  };
}

/** A quantile with those at the ends of the interval of its rank, ν ∓ z·(standard error of the rank), as results read them. */
export function quantileArm(
  sorted: Float64Array,
  of: { readonly level: number; readonly criticalValue: number; readonly units: number; readonly rankError: number },
): QuantileArm {
  const { level, criticalValue, units, rankError } = of;
  const counts = { units, values: sorted.length, criticalValue };
  if (sorted.length === 0) return { ...counts, estimate: null, low: null, high: null };
  const away = criticalValue * rankError;
  const end = (rank: number): number | null => (Number.isFinite(rank) ? quantileOfSorted(sorted, rank) : null);
  return {
    ...counts,
    estimate: quantileOfSorted(sorted, level),
    low: end(Math.max(0, level - away)),
    high: end(Math.min(1, level + away)),
  };
}
