import { normalQuantile, quantileOfSorted } from '@stitchd/statistics';
import { callQuantiles } from './call.ts';
import { createSplit, quantileArm } from './replay-quantile.ts';
import type { ReplayFrame, ReplayOnce, ReplayValues } from './replay-metric.ts';

/**
 * A quantile over events. Those of one unit are alike, so that the error of the rank is that of the share of events up to the quantile,
 * a ratio of two numbers per unit (Deng, Knoblich & Lu 2018, section 4.2).
 */
export function replayEvents(
  { sizes, numbers, level }: Extract<ReplayValues, { readonly kind: 'event-quantile' }>,
  { armCount, alpha }: ReplayFrame,
): ReplayOnce {
  const { sorted, owners } = inOrder(sizes, numbers);
  const units = Uint32Array.from(sizes.keys()).filter((unit) => Number.isFinite(sizes[unit]));
  const split = createSplit(sorted, owners, armCount);
  const criticalValue = -normalQuantile(alpha / 2);
  const below = new Float64Array(sizes.length);
  return (arms) => {
    const ofArms = split(arms);
    const estimates = ofArms.map((values) => (values.length === 0 ? Number.NaN : quantileOfSorted(values, level)));
    below.fill(0);
    for (let place = 0; place < owners.length; place++) {
      const owner = owners[place] as number;
      if ((sorted[place] as number) <= (estimates[arms[owner] as number] as number)) below[owner] = (below[owner] as number) + 1;
    }
    const errors = rankErrors({ arms, units, below, sizes }, armCount);
    const found = ofArms.map((values, arm) => quantileArm(values, { level, criticalValue, ...(errors[arm] as RankError) }));
    return callQuantiles(found, { level, per: 'event', alpha });
  };
}

/** All events in the order of their numbers, each with its unit. */
function inOrder(sizes: Float64Array, numbers: Float64Array): { readonly sorted: Float64Array; readonly owners: Uint32Array } {
  const unitOf = new Uint32Array(numbers.length);
  let begin = 0;
  for (const [unit, size] of sizes.entries()) if (Number.isFinite(size)) unitOf.fill(unit, begin, (begin += size));
  const order = Uint32Array.from(numbers.keys()).sort((left, right) => (numbers[left] as number) - (numbers[right] as number));
  return {
    sorted: Float64Array.from(order, (place) => numbers[place] as number),
    owners: Uint32Array.from(order, (place) => unitOf[place] as number),
  };
}

interface RankError {
  readonly units: number;
  readonly rankError: number;
}

/** By arm: √(Σ(b − r·s)²/(n − 1)/n)/s̄, b of a unit's s events up to the quantile, r = Σb/Σs. */
function rankErrors(
  of: { readonly arms: Uint8Array; readonly units: Uint32Array; readonly below: Float64Array; readonly sizes: Float64Array },
  armCount: number,
): readonly RankError[] {
  const width = 6;
  const sums = new Float64Array(armCount * width);
  for (const unit of of.units) {
    const at = (of.arms[unit] as number) * width;
    const b = of.below[unit] as number;
    const s = of.sizes[unit] as number;
    sums[at] = (sums[at] as number) + 1;
    sums[at + 1] = (sums[at + 1] as number) + b;
    sums[at + 2] = (sums[at + 2] as number) + s;
    sums[at + 3] = (sums[at + 3] as number) + b * b;
    sums[at + 4] = (sums[at + 4] as number) + b * s;
    sums[at + 5] = (sums[at + 5] as number) + s * s;
  }
  return Array.from({ length: armCount }, (_, arm) => {
    const [n = 0, b = 0, s = 0, bb = 0, bs = 0, ss = 0] = sums.subarray(arm * width, (arm + 1) * width);
    const share = b / s;
    const squares = Math.max(0, bb - 2 * share * bs + share * share * ss);
    return { units: n, rankError: Math.sqrt(squares / (n - 1) / n) / (s / n) };
  });
}
