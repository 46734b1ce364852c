import { createContextHandle } from '../context/context-handle.ts';
import { compileDefinitions } from './compile-definitions.ts';
import type { CompiledDefinitions, CompiledFlag, PreparedDetails } from './compiled-definitions.ts';
import { decideDeeply } from './decide-deeply.ts';
import type { EvaluateOptions, EvaluationMetadata } from './details.ts';
import { maxNamedUnknowns } from './evaluation-limits.ts';
import { EvaluationRun } from './evaluation-run.ts';
import { tooDeep } from './nested-evaluations.ts';
import { errorDetails } from './prepared-details.ts';

const noDefinitions = compileDefinitions([]);
const sharedRun = new EvaluationRun(noDefinitions);

/** A run that nobody uses: the shared one, or a new one for an evaluation within an evaluation. */
export function freeRun(): EvaluationRun {
  return sharedRun.busy ? new EvaluationRun(noDefinitions) : sharedRun;
}

/** A run that keeps a trace. */
export function tracingRun(): EvaluationRun {
  const run = new EvaluationRun(noDefinitions);
  run.trace = [];
  return run;
}

/** Adds what one evaluation found out and no preparation could know. */
function annotated(details: PreparedDetails, run: EvaluationRun): PreparedDetails {
  const unknowns = [...new Set(run.unknowns)].slice(0, maxNamedUnknowns);
  const metadata: EvaluationMetadata = {
    ...details.metadata,
    ...(unknowns.length > 0 && { degraded: true, unknown: unknowns.join(',') }),
    ...(run.missingUnits.length > 0 && { unitMissing: run.missingUnits.join(',') }),
  };
  return { ...details, metadata };
}

function settled(run: EvaluationRun, details: PreparedDetails): PreparedDetails {
  if (run.unknowns.length === 0 && run.missingUnits.length === 0) return details;
  const told = annotated(details, run);
  run.tellIncomplete(told.metadata);
  return told;
}

function failure(flag: CompiledFlag, error: unknown): PreparedDetails {
  const cause = error instanceof Error ? error.message : 'unknown cause';
  return errorDetails('GENERAL', `evaluating flag ${flag.key} failed: ${cause}`);
}

/**
 * Decides again on a copy that can't throw, after a context's own getter or proxy did, or after flags turned out to nest
 * deeply. The cost is met only by those who pass such contexts or have such flags.
 */
function decideOnCopy(
  run: EvaluationRun,
  compiled: CompiledDefinitions,
  flag: CompiledFlag,
  context: unknown,
  options: EvaluateOptions | undefined,
): PreparedDetails {
  if (run.trace !== undefined) run.trace = [];
  try {
    run.nested.end();
    run.begin(compiled, createContextHandle(context), options);
    run.nested.begin(flag);
    return settled(run, flag.decide(run));
  } catch (error) {
    return error === tooDeep ? decideDeep(run, flag) : failure(flag, error);
  }
}

function decideDeep(run: EvaluationRun, flag: CompiledFlag): PreparedDetails {
  try {
    return settled(run, decideDeeply(run, flag));
  } catch (error) {
    return failure(flag, error);
  }
}

/** Decides a flag for a context, in a run that is not in use. Never throws. */
export function decideFlag(
  run: EvaluationRun,
  compiled: CompiledDefinitions,
  flag: CompiledFlag,
  context: unknown,
  options: EvaluateOptions | undefined,
): PreparedDetails {
  run.busy = true;
  const exposuresBefore = options?.nestedExposures?.length ?? 0;
  try {
    run.begin(compiled, context, options);
    run.nested.begin(flag);
    return settled(run, flag.decide(run));
  } catch {
    if (options?.nestedExposures !== undefined) options.nestedExposures.length = exposuresBefore;
    return decideOnCopy(run, compiled, flag, context, options);
  } finally {
    run.end();
  }
}

/** Begins a run for several flags, on a copy of the context where reading that throws. Never throws. */
export function beginForMany(
  run: EvaluationRun,
  compiled: CompiledDefinitions,
  context: unknown,
  options: EvaluateOptions | undefined,
): void {
  run.busy = true;
  try {
    run.begin(compiled, context, options);
  } catch {
    run.begin(compiled, createContextHandle(context), options);
  }
}

/** Decides one of several flags in a run that has begun; after one that needed a copy, those that follow use it too. Never throws. */
export function decideInTurn(
  run: EvaluationRun,
  compiled: CompiledDefinitions,
  flag: CompiledFlag,
  context: unknown,
  options: EvaluateOptions | undefined,
): PreparedDetails {
  if (run.unknowns.length > 0) run.unknowns.length = 0;
  if (run.missingUnits.length > 0) run.missingUnits.length = 0;
  run.nested.end();
  run.nested.begin(flag);
  const exposuresBefore = options?.nestedExposures?.length ?? 0;
  try {
    return settled(run, flag.decide(run));
  } catch {
    if (options?.nestedExposures !== undefined) options.nestedExposures.length = exposuresBefore;
    return decideOnCopy(run, compiled, flag, context, options);
  }
}
