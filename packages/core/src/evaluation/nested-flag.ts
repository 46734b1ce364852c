import type { EvaluationDetails } from './details.ts';
import type { EvaluationRun } from './evaluation-run.ts';

/**
 * Evaluates another flag within an evaluation, as a prerequisite or for `flagIs`, and hands its exposure on. `undefined`
 * where it serves nothing: absent, archived, broken, or beyond the limits of nesting, where cycles end.
 */
export function evaluateNested(run: EvaluationRun, flagKey: string): EvaluationDetails<unknown> | undefined {
  const flag = run.definitions.flags.get(flagKey);
  if (flag === undefined || flag.archived || !run.enter()) return undefined;
  const missingBefore = run.missingUnits.length;
  const details = flag.decide(run);
  // A unit that is missing in another flag is that flag's to report.
  if (run.missingUnits.length > missingBefore) run.missingUnits.length = missingBefore;
  run.leave();
  if (details.reason === 'ERROR') return undefined;
  if (details.exposure !== undefined) run.exposures?.push(details.exposure);
  return details;
}
