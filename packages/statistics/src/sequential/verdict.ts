import type { Interval } from '../interval.ts';
import type { JudgedLook } from './look.ts';

/** The first crossing of the bar, kept as it was: later data move the estimate, never the verdict. */
export interface StoredVerdict {
  /** When the look was taken, in milliseconds since 1970. */
  readonly atMs: number;
  readonly direction: 'up' | 'down';
  /** The share of the plan at that look. */
  readonly share: number;
  readonly z: number;
  readonly bar: number;
  /** Of the iteration's frozen settings, so that it can be found again. */
  readonly snapshotHash: string;
}

/** What has to be remembered of a planned experiment's looks, as plain JSON. */
export interface SequentialState {
  /** The least p-value of all looks; 1 before the first. */
  readonly runningPValue: number;
  readonly verdict?: StoredVerdict;
  /** The plan or the end date was reached: nothing is called any more. */
  readonly isClosed: boolean;
}

/** Before any look. */
export const noLooks: SequentialState = { runningPValue: 1, isClosed: false };

/** One look with where it was taken. */
export interface RecordedLook {
  readonly atMs: number;
  readonly share: number;
  /** Whether it is the last one: at the end date. Reaching the plan (share 1) closes by itself. */
  readonly isEndDate: boolean;
  readonly snapshotHash: string;
  readonly judged: JudgedLook;
}

/**
 * The state after a look. Once closed, looks change nothing; once there is a verdict, it stays.
 *
 * The least p of all looks stays valid at each of them. It throws nothing.
 */
export function recordLook(state: SequentialState, look: RecordedLook): SequentialState {
  if (state.isClosed) return state;
  const { atMs, share, isEndDate, snapshotHash, judged } = look;
  const { z, bar } = judged;
  const crossing: StoredVerdict = { atMs, direction: z > 0 ? 'up' : 'down', share, z, bar, snapshotHash };
  const verdict = state.verdict ?? (judged.isCrossed ? crossing : undefined);
  return {
    runningPValue: Math.min(state.runningPValue, judged.pValue),
    ...(verdict === undefined ? {} : { verdict }),
    isClosed: isEndDate || share >= 1,
  };
}

/**
 * Whether the present interval no longer says what the verdict said: the page has to say so.
 *
 * Where the end on the side of 0 has reached it. It throws nothing.
 */
export function hasParted(verdict: StoredVerdict, interval: Interval): boolean {
  return verdict.direction === 'up' ? interval.low <= 0 : interval.high >= 0;
}
