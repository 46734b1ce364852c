import type { CompiledFlag, PreparedDetails } from './compiled-definitions.ts';
import type { EvaluationRun } from './evaluation-run.ts';
import { type NestedPart, tooDeep } from './nested-evaluations.ts';
import { settleFlag } from './nested-flag.ts';
import { settleSegment } from './nested-segment.ts';

/** Forgets what an attempt found out; what its parts came to is remembered. */
function startOver(run: EvaluationRun): void {
  run.unknowns.length = 0;
  run.missingUnits.length = 0;
  if (run.trace !== undefined) run.trace = [];
}

function settle(run: EvaluationRun, part: NestedPart): void {
  if ('decide' in part) settleFlag(run, part);
  else settleSegment(run, part);
}

/**
 * Decides a flag whose prerequisites, `flagIs` or segments nest deeper than the stack should carry: whatever is too deep is
 * evaluated first and remembered, on a list instead of the stack, until the flag itself can be decided. Each step settles a
 * part that no later step evaluates again, so that it ends. Begins where an evaluation ended by `tooDeep`.
 */
export function decideDeeply(run: EvaluationRun, flag: CompiledFlag): PreparedDetails {
  const waiting: (readonly NestedPart[])[] = [];
  let part: NestedPart = flag;
  let next = run.nested.descend();
  for (;;) {
    if (next !== undefined) {
      waiting.push(next.waiting);
      part = next.part;
      next = undefined;
    }
    startOver(run);
    try {
      if (waiting.length === 0) return flag.decide(run);
      settle(run, part);
      const resumed = waiting.pop() ?? [];
      run.nested.ascend(resumed);
      part = resumed[0] ?? flag;
    } catch (error) {
      if (error !== tooDeep) throw error;
      next = run.nested.descend();
    }
  }
}
