import { internalised } from '../context/internalised.ts';
import type { EvaluationRun } from '../evaluation/evaluation-run.ts';
import { type Certainty, isUnknown } from './certainty.ts';
import { type CompiledCondition, tracedResult } from './compiled-condition.ts';

/** Compiles `{inSegment}`; a segment that is absent, can't be resolved here or is nested too deep is unknown. */
export function compileSegmentCondition(segmentKey: string): CompiledCondition {
  const key = internalised(segmentKey);
  const name = `segment:${key}`;
  const test = (run: EvaluationRun): Certainty => {
    const segment = run.definitions.segments.get(key);
    if (segment === undefined || !run.enter()) {
      run.unknowns.push(name);
      return isUnknown;
    }
    const certainty = segment.includes(run);
    run.leave();
    return certainty;
  };
  return (run) => {
    if (run.trace === undefined) return test(run);
    const outer = run.openSteps();
    const certainty = test(run);
    outer.push({ kind: 'segment', segment: key, result: tracedResult(certainty), steps: run.closeSteps(outer) });
    return certainty;
  };
}
