import {
  compareEstimates,
  estimateOf,
  fewConversionsBelow,
  fisherExact,
  meanStatistic,
  normalQuantile,
  quantileMoments,
  quantileOfSorted,
  ratioStatistic,
  unitQuantileRanks,
  type CrossMoments,
  type Estimate,
} from '@stitchd/statistics';

/** One metric's numbers of the past, by unit: those that are NaN had no whole window. */
export type ReplayValues =
  | { readonly kind: 'mean' | 'share'; readonly numbers: Float64Array }
  | { readonly kind: 'ratio'; readonly numbers: Float64Array; readonly denominators: Float64Array }
  | { readonly kind: 'quantile'; readonly numbers: Float64Array; readonly level: number };

/** P-values of one replay: every arm but the first against the first; undefined where one can't be told. */
export type ReplayOnce = (arms: Uint8Array) => readonly (number | undefined)[];

/** Takes a metric's numbers in, once for all replays. */
export function prepareReplay(values: ReplayValues, armCount: number, alpha: number): ReplayOnce {
  if (values.kind === 'quantile') return quantileReplay(values, armCount, alpha);
  return momentReplay(values, armCount, alpha);
}

/** Sums of numbers that were centred before, so that no digit of the variance is lost. */
function momentReplay(values: Exclude<ReplayValues, { kind: 'quantile' }>, armCount: number, alpha: number): ReplayOnce {
  const first = centred(values.numbers);
  const second = values.kind === 'ratio' ? centred(values.denominators) : { mean: 0, numbers: new Float64Array(0) };
  const isRatio = values.kind === 'ratio';
  const statistic = isRatio ? ratioStatistic(0, 1) : meanStatistic(0);
  const units = indexesOf(values.numbers);
  const width = 6;
  const sums = new Float64Array(armCount * width);
  return (arms) => {
    sums.fill(0);
    for (const unit of units) {
      const at = (arms[unit] as number) * width;
      const x = first.numbers[unit] as number;
      sums[at] = (sums[at] as number) + 1;
      sums[at + 1] = (sums[at + 1] as number) + x;
      sums[at + 2] = (sums[at + 2] as number) + x * x;
      if (!isRatio) continue;
      const y = second.numbers[unit] as number;
      sums[at + 3] = (sums[at + 3] as number) + y;
      sums[at + 4] = (sums[at + 4] as number) + y * y;
      sums[at + 5] = (sums[at + 5] as number) + x * y;
    }
    const moments = Array.from({ length: armCount }, (_, arm) =>
      momentsFrom(sums.subarray(arm * width, (arm + 1) * width), first.mean, isRatio ? second.mean : undefined),
    );
    if (values.kind === 'share') return sharePValues(moments, alpha);
    return againstFirst(
      moments.map((each) => {
        const outcome = estimateOf(each, statistic);
        return outcome.kind === 'ok' ? outcome.estimate : undefined;
      }),
      alpha,
    );
  };
}

function momentsFrom(sums: Float64Array, meanX: number, meanY: number | undefined): CrossMoments {
  const [n = 0, x = 0, xx = 0, y = 0, yy = 0, xy = 0] = sums;
  const product = (square: number, one: number, other: number): number => (n === 0 ? 0 : square - (one * other) / n);
  const mean = (sum: number, centre: number): number => (n === 0 ? 0 : centre + sum / n);
  if (meanY === undefined) return { n, means: [mean(x, meanX)], products: [[Math.max(0, product(xx, x, x))]] };
  const cross = product(xy, x, y);
  return {
    n,
    means: [mean(x, meanX), mean(y, meanY)],
    products: [
      [Math.max(0, product(xx, x, x)), cross],
      [cross, Math.max(0, product(yy, y, y))],
    ],
  };
}

/** With few conversions, as results do: by Fisher's test. */
function sharePValues(moments: readonly CrossMoments[], alpha: number): readonly (number | undefined)[] {
  const counts = moments.map(({ n, means }) => ({ trials: n, successes: Math.round(n * (means[0] ?? 0)) }));
  const isSmall = counts.some(({ trials, successes }) => Math.min(successes, trials - successes) < fewConversionsBelow);
  const [control, ...treatments] = counts;
  if (!isSmall || control === undefined)
    return againstFirst(
      moments.map((each) => {
        const outcome = estimateOf(each, meanStatistic(0));
        return outcome.kind === 'ok' ? outcome.estimate : undefined;
      }),
      alpha,
    );
  return treatments.map((treatment) =>
    control.trials === 0 || treatment.trials === 0 ? undefined : fisherExact(control, treatment).pValue,
  );
}

function quantileReplay(
  { numbers, level }: Extract<ReplayValues, { kind: 'quantile' }>,
  armCount: number,
  alpha: number,
): ReplayOnce {
  const order = indexesOf(numbers).sort((left, right) => (numbers[left] as number) - (numbers[right] as number));
  const sorted = Array.from({ length: armCount }, () => new Float64Array(order.length));
  const criticalValue = normalQuantile(1 - alpha / 2);
  return (arms) => {
    const sizes = new Uint32Array(armCount);
    for (const unit of order) {
      const arm = arms[unit] as number;
      const place = sizes[arm] as number;
      (sorted[arm] as Float64Array)[place] = numbers[unit] as number;
      sizes[arm] = place + 1;
    }
    const estimates = sorted.map((buffer, arm) => quantileOf(buffer.subarray(0, sizes[arm]), { level, criticalValue }));
    return againstFirst(estimates, alpha);
  };
}

function quantileOf(
  sorted: Float64Array,
  { level, criticalValue }: { readonly level: number; readonly criticalValue: number },
): Estimate | undefined {
  const n = sorted.length;
  const ranks = unitQuantileRanks({ n, level, criticalValue });
  if (ranks.kind !== 'ok') return undefined;
  const at = (of: number): number => quantileOfSorted(sorted, of);
  const outcome = quantileMoments({ n, level, estimate: at(level), low: at(ranks.lower), high: at(ranks.upper), criticalValue });
  if (outcome.kind !== 'ok') return undefined;
  const { mean, m2 } = outcome.moments;
  return { n, value: mean, variance: m2 / (n - 1) / n, degreesOfFreedom: n - 1 };
}

function againstFirst(
  [control, ...treatments]: readonly (Estimate | undefined)[],
  alpha: number,
): readonly (number | undefined)[] {
  return treatments.map((treatment) => {
    if (control === undefined || treatment === undefined) return undefined;
    const outcome = compareEstimates(control, treatment, { alpha });
    return outcome.kind === 'ok' ? outcome.pValue : undefined;
  });
}

function indexesOf(numbers: Float64Array): Uint32Array {
  const found: number[] = [];
  for (let index = 0; index < numbers.length; index++) if (Number.isFinite(numbers[index])) found.push(index);
  return Uint32Array.from(found);
}

function centred(numbers: Float64Array): { readonly mean: number; readonly numbers: Float64Array } {
  let [sum, count] = [0, 0];
  for (const number of numbers) {
    if (!Number.isFinite(number)) continue;
    sum += number;
    count += 1;
  }
  const mean = count === 0 ? 0 : sum / count;
  return { mean, numbers: numbers.map((number) => number - mean) };
}
