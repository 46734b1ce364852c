import { scaleLinear } from '@visx/scale';
import type { Interval, MetricResult } from './results.ts';

/** One interval must not squeeze all others: what lies further out is drawn as going on. */
const lowestShown = -1;
const highestShown = 2;
/** Without any interval the axis still has a width. */
const leastExtent = 0.01;
const tickCount = 5;

/** The lifts that the axis of all metrics shows: from the lowest to the highest end of an interval, with zero. */
export function liftDomain(metrics: readonly MetricResult[]): readonly [number, number] {
  const intervals = metrics.flatMap((metric) =>
    metric.kind === 'computed' ? metric.comparisons.flatMap(({ liftInterval }) => liftInterval ?? []) : [],
  );
  const low = Math.min(-leastExtent, ...intervals.map((interval) => interval.low));
  const high = Math.max(leastExtent, ...intervals.map((interval) => interval.high));
  return [Math.max(low, lowestShown), Math.min(high, highestShown)];
}

export function liftScale(domain: readonly [number, number], width: number) {
  return scaleLinear<number>({ domain: [...domain], range: [0, width], nice: tickCount, clamp: true });
}

export type LiftScale = ReturnType<typeof liftScale>;

export interface Bar {
  readonly x: number;
  readonly width: number;
  /** Whether the interval goes on beyond the axis. */
  readonly isCutLow: boolean;
  readonly isCutHigh: boolean;
}

export function liftBar(scale: LiftScale, { low, high }: Interval): Bar {
  const [first = 0, last = 0] = scale.domain();
  const x = scale(low);
  return { x, width: Math.max(scale(high) - x, 1), isCutLow: low < first, isCutHigh: high > last };
}

export { tickCount as liftTickCount };
