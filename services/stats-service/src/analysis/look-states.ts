import { recordLook, type SequentialState } from '@stitchd/statistics';
import type { MetricPlan } from '../computation/metric-plan.ts';
import type { AnalysisInputs, LookState } from './analysis-inputs.ts';
import type { JudgedArm } from './judged-arms.ts';
import { windowHoursOf } from './metric-window.ts';
import { verdictUnits } from './verdict-units.ts';

/** The state after this look; a look that counts for nothing changes nothing. */
export function stateAfter(inputs: AnalysisInputs, arm: JudgedArm, metric: MetricPlan): LookState {
  const { state, look, isFewUnits, share } = arm.pass;
  const judged = arm.figured.used.look;
  if (look.kind !== 'judge' || !look.counts || isFewUnits) return state;
  const atMs = Date.parse(inputs.computedAt);
  const closed = look.closes === null ? state.closed : { atMs, share: share ?? 1, by: look.closes };
  if (judged === null) return { ...state, closed };
  const before: SequentialState = {
    runningPValue: state.runningPValue,
    isClosed: state.closed !== null,
    ...(state.verdict === null ? {} : { verdict: state.verdict }),
  };
  const after = recordLook(before, {
    atMs,
    share: share ?? 1,
    isEndDate: look.closes === 'end-date',
    snapshotHash: inputs.settings.snapshotHash,
    // Of several arms what counts is what is called with all of them.
    judged: { ...judged, isCrossed: arm.isCalled && metric.role === 'primary' },
  });
  const { runningPValue, verdict } = after;
  const called = verdict === undefined ? null : { ...verdict, units: verdictUnits(inputs, windowHoursOf(metric.definition)) };
  return { runningPValue, verdict: state.verdict ?? called, closed };
}
