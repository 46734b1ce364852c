import { internalised } from '../context/internalised.ts';
import type { EvaluationRun } from '../evaluation/evaluation-run.ts';
import { evaluateSegment } from '../evaluation/nested-segment.ts';
import { type Certainty, isUnknown } from './certainty.ts';
import { type CompiledCondition, tracedResult } from './compiled-condition.ts';

/** Compiles `{inSegment}`; a segment that is absent, can't be resolved here or includes itself is unknown. */
export function compileSegmentCondition(segmentKey: string): CompiledCondition {
  const key = internalised(segmentKey);
  const name = `segment:${key}`;
  const test = (run: EvaluationRun): Certainty => {
    const certainty = evaluateSegment(run, key);
    if (certainty !== undefined) return certainty;
    run.unknowns.push(name);
    return isUnknown;
  };
  return (run) => {
    if (run.trace === undefined) return test(run);
    const outer = run.openSteps();
    const certainty = test(run);
    outer.push({ kind: 'segment', segment: key, result: tracedResult(certainty), steps: run.closeSteps(outer) });
    return certainty;
  };
}
