import { bucketCount, type VariantRange } from '../definitions/split.ts';

/** Weights by variant, in thousandths of a percent; together exactly 100,000. */
export type Weights = Readonly<Record<string, number>>;

interface Span {
  from: number;
  to: number;
}

/** Unicode code points, not UTF-16 units, so that every language sorts alike. */
function byCodePoint(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  const shorter = Math.min(left.length, right.length);
  for (let i = 0; i < shorter; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function assertWeights(weights: Weights): void {
  let sum = 0;
  for (const [variant, weight] of Object.entries(weights)) {
    if (!Number.isInteger(weight) || weight < 0)
      throw new RangeError(`weight of ${variant} is not a whole number from 0: ${weight}`);
    sum += weight;
  }
  if (sum !== bucketCount) throw new RangeError(`weights make ${sum}, not ${bucketCount}`);
}

function spansByVariant(ranges: readonly VariantRange[]): Map<string, Span[]> {
  const spans = new Map<string, Span[]>();
  for (const { variant, from, to } of [...ranges].sort((a, b) => a.from - b.from)) {
    const own = spans.get(variant);
    if (own === undefined) spans.set(variant, [{ from, to }]);
    else own.push({ from, to });
  }
  return spans;
}

function sizeOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** Takes buckets off the high end until `size` are left. */
function shrink(spans: Span[], size: number): void {
  let surplus = sizeOf(spans) - size;
  while (surplus > 0) {
    const highest = spans.at(-1);
    if (highest === undefined) return;
    const taken = Math.min(surplus, highest.to - highest.from);
    highest.to -= taken;
    surplus -= taken;
    if (highest.from === highest.to) spans.pop();
  }
}

function freeSpans(taken: Iterable<readonly Span[]>): Span[] {
  const sorted = [...taken].flat().sort((a, b) => a.from - b.from);
  const free: Span[] = [];
  let next = 0;
  for (const { from, to } of sorted) {
    if (from > next) free.push({ from: next, to: from });
    next = to;
  }
  if (next < bucketCount) free.push({ from: next, to: bucketCount });
  return free;
}

/** Joins neighbours of one variant, so that equal assignments are equal data. */
function joined(spans: Map<string, Span[]>): VariantRange[] {
  const all = [...spans].flatMap(([variant, own]) => own.map(({ from, to }) => ({ variant, from, to })));
  all.sort((a, b) => a.from - b.from);
  const result: { variant: string; from: number; to: number }[] = [];
  for (const range of all) {
    const last = result.at(-1);
    if (last !== undefined && last.variant === range.variant && last.to === range.from) last.to = range.to;
    else result.push(range);
  }
  return result;
}

/**
 * Changes the weights of a split and moves as few units as possible: a growing variant keeps every bucket that it has, a
 * shrinking one gives up its highest, and free buckets go in ascending order to growing variants in code-point order of
 * their keys. So a share that is raised, lowered and raised again gets the same units back, and the order in which
 * variants are written moves nobody.
 *
 * @param ranges - the present ranges, disjoint; may leave buckets uncovered
 * @param weights - thousandths of a percent; variants left out get nothing
 * @returns sorted, disjoint ranges over all 100,000 buckets
 * @throws RangeError if weights are not whole numbers from 0 that make 100,000
 */
export function reallocate(ranges: readonly VariantRange[], weights: Weights): readonly VariantRange[] {
  assertWeights(weights);
  const spans = spansByVariant(ranges);
  for (const [variant, own] of spans) shrink(own, Object.hasOwn(weights, variant) ? (weights[variant] ?? 0) : 0);
  const free = freeSpans(spans.values());
  for (const variant of Object.keys(weights).sort(byCodePoint)) {
    const own = spans.get(variant) ?? [];
    let wanted = (weights[variant] ?? 0) - sizeOf(own);
    while (wanted > 0) {
      const lowest = free[0];
      if (lowest === undefined) break;
      const taken = Math.min(wanted, lowest.to - lowest.from);
      own.push({ from: lowest.from, to: lowest.from + taken });
      lowest.from += taken;
      wanted -= taken;
      if (lowest.from === lowest.to) free.shift();
    }
    own.sort((a, b) => a.from - b.from);
    spans.set(variant, own);
  }
  return joined(spans);
}

/** The ranges of a split that is new: those of `reallocate` from nothing. */
export function rangesFromWeights(weights: Weights): readonly VariantRange[] {
  return reallocate([], weights);
}

/** The weights that ranges give, in thousandths of a percent. */
export function weightsOf(ranges: readonly VariantRange[]): Weights {
  return Object.fromEntries([...spansByVariant(ranges)].map(([variant, spans]) => [variant, sizeOf(spans)]));
}
