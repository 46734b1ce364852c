import type { Interval } from '@stitchd/statistics';
import type { NotComputable } from './metric-result.ts';

/** One metric at one look, as it was then: later data do not change it. */
export interface SeriesPoint {
  readonly computedAt: string;
  readonly dataUntil: string;
  /** Of the metric's plan that had matured; null without a plan. */
  readonly share: number | null;
  readonly comparisons: readonly SeriesComparison[];
}

/** An arm against the baseline. */
export interface SeriesComparison {
  readonly variant: string;
  /** Matured units of the arm and of the baseline. */
  readonly units: number;
  readonly baselineUnits: number;
  readonly difference: number | null;
  /** Repeated: of this look, and right at every look. */
  readonly interval: Interval | null;
  readonly notComputable: NotComputable | null;
  readonly lift: number | null;
  readonly liftInterval: Interval | null;
  readonly z: number | null;
  readonly bar: number | null;
  readonly isCalled: boolean;
}
