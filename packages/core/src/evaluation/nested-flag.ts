import type { CompiledFlag, PreparedDetails } from './compiled-definitions.ts';
import type { EvaluationRun } from './evaluation-run.ts';
import { keepUnknowns } from './nested-evaluations.ts';

/**
 * Evaluates another flag within an evaluation, as a prerequisite or for `flagIs`, and hands its exposure on. `undefined`
 * where it serves nothing: absent, archived, broken, or under evaluation already, where cycles end.
 */
export function evaluateNested(run: EvaluationRun, flagKey: string): PreparedDetails | undefined {
  const flag = run.definitions.flags.get(flagKey);
  if (flag === undefined || flag.archived) return undefined;
  if (flag.constant !== undefined) return served(run, flag.constant);
  const known = run.nested.known(flag);
  if (known !== undefined) {
    for (const name of known.unknowns) run.unknowns.push(name);
    return known.details;
  }
  if (!run.nested.enter(flag)) return undefined;
  const details = settleFlag(run, flag);
  run.nested.leave();
  return details;
}

function served(run: EvaluationRun, details: PreparedDetails): PreparedDetails | undefined {
  if (details.reason === 'ERROR') return undefined;
  if (details.exposure !== undefined) run.exposures?.push(details.exposure);
  return details;
}

/** Evaluates a flag that others need, and remembers what it came to. */
export function settleFlag(run: EvaluationRun, flag: CompiledFlag): PreparedDetails | undefined {
  const missingBefore = run.missingUnits.length;
  const unknownsBefore = run.unknowns.length;
  const details = served(run, flag.decide(run));
  // A unit that is missing in another flag is that flag's to report.
  if (run.missingUnits.length > missingBefore) run.missingUnits.length = missingBefore;
  const unknowns = keepUnknowns(run.unknowns, unknownsBefore);
  if (run.nested.remembers) run.nested.remember(flag, { details, certainty: undefined, unknowns });
  return details;
}
