import type { EvaluationRun } from '../evaluation/evaluation-run.ts';
import type { TracedResult } from '../evaluation/trace.ts';
import { type Certainty, isTrue, isUnknown } from './certainty.ts';

/** A condition made ready: closures over plain data. */
export type CompiledCondition = (run: EvaluationRun) => Certainty;

/** A condition's outcome for the trace. */
export function tracedResult(certainty: Certainty): TracedResult {
  return certainty === isUnknown ? 'unknown' : certainty === isTrue;
}

/** A condition that this version can't evaluate: unknown, so that `not` around it lets nobody in. */
export function unusableCondition(reason: string): CompiledCondition {
  return (run) => {
    run.unknowns.push(reason);
    if (run.trace !== undefined) run.trace.push({ kind: 'unusable', reason, result: 'unknown' });
    return isUnknown;
  };
}
