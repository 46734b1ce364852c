import type { Schemas } from '@stitchd/rest-client';

type Point = Schemas['SeriesPoint'];

export interface IntervalPoint {
  readonly atMs: number;
  readonly low: number;
  readonly value: number;
  readonly high: number;
}

export interface Series {
  /** Whether the values are relative; absolute where no look had a lift. */
  readonly isLift: boolean;
  readonly points: readonly IntervalPoint[];
  /** How far from zero each look was, and from where on it would have been called. */
  readonly looks: readonly { readonly atMs: number; readonly z: number; readonly bar: number }[];
}

/** One arm over time; looks without an interval leave a gap in nothing: they are not drawn. */
export function seriesOf(points: readonly Point[], variant: string): Series {
  const looks = points.flatMap(({ dataUntil, comparisons }) => {
    const found = comparisons.find((one) => one.variant === variant);
    return found === undefined ? [] : [{ atMs: Date.parse(dataUntil), ...found }];
  });
  const isLift = looks.some(({ liftInterval }) => liftInterval !== null);
  return {
    isLift,
    points: looks.flatMap(({ atMs, difference, interval, lift, liftInterval }) => {
      const shown = isLift ? liftInterval : interval;
      const value = isLift ? lift : difference;
      return shown === null || value === null ? [] : [{ atMs, low: shown.low, value, high: shown.high }];
    }),
    looks: looks.flatMap(({ atMs, z, bar }) => (z === null || bar === null ? [] : [{ atMs, z, bar }])),
  };
}
