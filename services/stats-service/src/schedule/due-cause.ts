import { timestampMs } from '@bufbuild/protobuf/wkt';
import type { JobCause, NewestJob } from '@stitchd/db/stats';
import type { Experiment } from '@stitchd/proto/experiment/v1/experiment';
import { statsLimits } from '../limits.ts';

/** Whether an experiment has stopped and late data no longer counts: what is computed from now on is the last word. */
export function isOver({ state, graceUntil }: Experiment, nowMs: number): boolean {
  return state === 'stopped' && graceUntil !== undefined && timestampMs(graceUntil) <= nowMs;
}

/**
 * What for the results of an experiment are to be computed now; undefined: they are not.
 * @param known.newest - undefined: they never were
 * @param known.isFinal - whether the current iteration has its last results
 */
export function dueCause(
  experiment: Experiment,
  known: { readonly newest: NewestJob | undefined; readonly isFinal: boolean },
  nowMs: number,
): JobCause | undefined {
  const { newest, isFinal } = known;
  const minutes = experiment.analysis?.scheduleMinutes ?? 0;
  const intervalMs = (minutes === 0 ? statsLimits.scheduleMinutes : minutes) * 60_000;
  const hasRest = newest !== undefined && (newest.endedMsAgo === undefined || newest.endedMsAgo < intervalMs);
  if (!isOver(experiment, nowMs)) return hasRest ? undefined : 'scheduled';
  // A last computation that failed is tried again at the experiment's pace; others have no say in when it is due.
  return isFinal || (newest?.cause === 'final' && hasRest) ? undefined : 'final';
}
