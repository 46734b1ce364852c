import type { Schemas } from '@stitchd/rest-client';

/** One bar of the chart. */
export interface UsageBar {
  readonly atMs: number;
  readonly total: number;
  /** In the order of `variants`. */
  readonly counts: readonly number[];
}

export interface UsageSeries {
  /** The most used first; empty text for the fallback. */
  readonly variants: readonly string[];
  readonly totals: readonly number[];
  readonly bars: readonly UsageBar[];
}

export type Counted = 'evaluations' | 'deliveries';

/** What was counted, by variant and time, all reasons together. */
export function usageSeries(points: Schemas['FlagUsage']['points'], times: readonly number[], counted: Counted): UsageSeries {
  const totals = new Map<string, number>();
  const byTime = new Map<number, Map<string, number>>(times.map((atMs) => [atMs, new Map()]));
  for (const point of points) {
    const count = point[counted];
    const bar = byTime.get(Date.parse(point.at));
    if (count === 0 || bar === undefined) continue;
    totals.set(point.variant, (totals.get(point.variant) ?? 0) + count);
    bar.set(point.variant, (bar.get(point.variant) ?? 0) + count);
  }
  const variants = [...totals.keys()].toSorted((one, other) => (totals.get(other) ?? 0) - (totals.get(one) ?? 0));
  const bars = [...byTime].map(([atMs, counts]) => ({
    atMs,
    counts: variants.map((variant) => counts.get(variant) ?? 0),
    total: [...counts.values()].reduce((sum, count) => sum + count, 0),
  }));
  return { variants, totals: variants.map((variant) => totals.get(variant) ?? 0), bars };
}
