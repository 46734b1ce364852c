import { type Certainty, isUnknown } from '../conditions/certainty.ts';
import type { CompiledSegment } from './compiled-definitions.ts';
import type { EvaluationRun } from './evaluation-run.ts';
import { keepUnknowns } from './nested-evaluations.ts';

/** Whether the context is in a segment; `undefined` where the segment is absent or under evaluation already. */
export function evaluateSegment(run: EvaluationRun, segmentKey: string): Certainty | undefined {
  const segment = run.definitions.segments.get(segmentKey);
  if (segment === undefined) return undefined;
  // The frequent case: a list, or conditions over attributes alone.
  if (segment.references.length === 0) return segment.includes(run);
  const known = run.nested.known(segment);
  if (known !== undefined) {
    for (const name of known.unknowns) run.unknowns.push(name);
    return known.certainty;
  }
  if (!run.nested.enter(segment)) return undefined;
  const certainty = settleSegment(run, segment);
  run.nested.leave();
  return certainty;
}

/** Evaluates a segment that others need, and remembers what it came to. */
export function settleSegment(run: EvaluationRun, segment: CompiledSegment): Certainty {
  const unknownsBefore = run.unknowns.length;
  const certainty = segment.includes(run);
  // What was unknown counts only where it made the segment unknown.
  if (certainty !== isUnknown && run.unknowns.length > unknownsBefore) run.unknowns.length = unknownsBefore;
  const unknowns = keepUnknowns(run.unknowns, unknownsBefore);
  if (run.nested.remembers) run.nested.remember(segment, { details: undefined, certainty, unknowns });
  return certainty;
}
