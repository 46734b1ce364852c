import { scaleLinear } from '@visx/scale';
import type { ComputedMetric, Interval, MetricResult } from '../results.ts';

/** One interval must not squeeze all others: what lies further out is drawn as going on. */
const lowestShown = -1;
const highestShown = 2;
/** Nothing that is wider than so many times the primary metric's reach decides about the axis. */
const mostOfPrimary = 4;
/** Without any interval the axis still has a width. */
const leastExtent = 0.01;
const tickCount = 5;

/** The lifts that the axis of all metrics shows: whatever is drawn, with zero, as far as the primary metric stays readable. */
export function liftDomain(metrics: readonly MetricResult[]): readonly [number, number] {
  const computed = metrics.filter((metric) => metric.kind === 'computed');
  const drawn = computed.flatMap(drawnLifts);
  const primary = computed.filter(({ role }) => role === 'primary').flatMap(drawnLifts);
  const most = primary.length === 0 ? Number.POSITIVE_INFINITY : mostOfPrimary * Math.max(...primary.map(Math.abs));
  const low = Math.max(lowestShown, -most, Math.min(-leastExtent, ...drawn));
  const high = Math.min(highestShown, most, Math.max(leastExtent, ...drawn));
  return [Math.min(low, -leastExtent), Math.max(high, leastExtent)];
}

function drawnLifts({ comparisons, margin, direction }: ComputedMetric): readonly number[] {
  const ends = comparisons.flatMap(({ effect, maturing }) =>
    [effect.liftInterval, maturing?.liftInterval].flatMap((interval) => (interval ? [interval.low, interval.high] : [])),
  );
  return margin === null ? ends : [...ends, marginLift(margin, direction)];
}

/** Where a guardrail's margin lies: on the side that is worse. */
export function marginLift(margin: number, direction: 'increase' | 'decrease'): number {
  return direction === 'increase' ? -margin : margin;
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

/** So many values of the axis that their labels have room. */
export function liftTicks(scale: LiftScale): readonly number[] {
  for (let asked = tickCount; asked > 1; asked -= 1) {
    const ticks = scale.ticks(asked);
    if (ticks.length <= tickCount) return ticks;
  }
  return [0];
}
