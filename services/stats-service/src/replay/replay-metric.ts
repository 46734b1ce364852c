import { replayEvents } from './replay-events.ts';
import { replayMeans } from './replay-means.ts';
import { replayQuantile } from './replay-quantile.ts';
import type { Call } from './call.ts';

/** One metric's numbers of the past, by unit; a unit whose first number is NaN did not have its whole window. */
export type ReplayValues =
  | {
      readonly kind: 'mean' | 'share' | 'ratio';
      /** The metric, or numerator and denominator; then the same before the unit was first seen, where results adjust by it. */
      readonly columns: readonly Float64Array[];
    }
  | { readonly kind: 'quantile'; readonly numbers: Float64Array; readonly level: number }
  | {
      readonly kind: 'event-quantile';
      /** How many events each unit has. */
      readonly sizes: Float64Array;
      /** Of all their events, in the order of the units. */
      readonly numbers: Float64Array;
      readonly level: number;
    };

/** What all metrics of a replay have in common. */
export interface ReplayFrame {
  readonly armCount: number;
  readonly alpha: number;
  /** By unit: 1 where something of any metric happened before it was first seen. */
  readonly history: Float64Array;
}

/** What one replay says of a metric: of every arm but the first, against the first; undefined where nothing can be said. */
export type ReplayOnce = (arms: Uint8Array) => readonly (Call | undefined)[];

/** Takes a metric's numbers in, once for all replays. Each is analysed as a look of an experiment that was planned as one look. */
export function prepareReplay(values: ReplayValues, frame: ReplayFrame): ReplayOnce {
  switch (values.kind) {
    case 'quantile':
      return replayQuantile(values, frame);
    case 'event-quantile':
      return replayEvents(values, frame);
    default:
      return replayMeans(values, frame);
  }
}

/** Units that take part. */
export function unitsOf(values: ReplayValues): number {
  const numbers = firstOf(values);
  let units = 0;
  for (const number of numbers) if (Number.isFinite(number)) units += 1;
  return units;
}

function firstOf(values: ReplayValues): Float64Array {
  switch (values.kind) {
    case 'quantile':
      return values.numbers;
    case 'event-quantile':
      return values.sizes;
    default:
      return values.columns[0] ?? new Float64Array(0);
  }
}
