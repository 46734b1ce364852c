import { attributeReader, rootKindOf } from '../context/attribute-reader.ts';
import { ContextHandle, createContextHandle, resolveContext } from '../context/context-handle.ts';
import type { EvaluationContext } from '../context/context.ts';
import { isPlainObject } from '../context/plain-object.ts';
import { unitText } from '../context/unit-text.ts';
import type { FlagType } from '../definitions/flag.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import { compileDefinitions } from './compile-definitions.ts';
import type { CompiledDefinitions, CompiledFlag, PreparedDetails } from './compiled-definitions.ts';
import type { EvaluateOptions, EvaluationDetails, EvaluationMetadata, ExposureSource } from './details.ts';
import { EvaluationRun } from './evaluation-run.ts';
import { errorDetails } from './prepared-details.ts';
import type { EvaluationTrace } from './trace.ts';

const noDefinitions = compileDefinitions([]);
const sharedRun = new EvaluationRun(noDefinitions);

/** Most names of unknown things that a result lists. */
const maxNamedUnknowns = 10;

function withFallback<Fallback>(details: PreparedDetails, fallback: Fallback): EvaluationDetails<JsonValue | Fallback> {
  return { ...details, value: fallback };
}

/** Prepared details serve a JSON value exactly where they name a variant. */
function isServed(details: PreparedDetails): details is EvaluationDetails {
  return details.variant !== undefined;
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

function decideIn(
  run: EvaluationRun,
  compiled: CompiledDefinitions,
  flag: CompiledFlag,
  context: unknown,
  options?: EvaluateOptions,
): PreparedDetails {
  run.begin(compiled, context, options);
  const details = flag.decide(run);
  return run.unknowns.length === 0 && run.missingUnits.length === 0 ? details : annotated(details, run);
}

/**
 * Evaluates again on a copy that can't throw, after a context's own getter or proxy did. The cost is met only by those who
 * pass such contexts.
 */
function decideOnCopy(
  run: EvaluationRun,
  compiled: CompiledDefinitions,
  flag: CompiledFlag,
  context: unknown,
  options?: EvaluateOptions,
): PreparedDetails {
  try {
    return decideIn(run, compiled, flag, createContextHandle(context), options);
  } catch (error) {
    return errorDetails(
      'GENERAL',
      `evaluating flag ${flag.key} failed: ${error instanceof Error ? error.message : 'unknown cause'}`,
    );
  }
}

function decide(
  run: EvaluationRun,
  compiled: CompiledDefinitions,
  flag: CompiledFlag,
  context: unknown,
  options?: EvaluateOptions,
): PreparedDetails {
  run.busy = true;
  const exposuresBefore = options?.nestedExposures?.length ?? 0;
  try {
    return decideIn(run, compiled, flag, context, options);
  } catch {
    if (run.trace !== undefined) run.trace = [];
    if (options?.nestedExposures !== undefined) options.nestedExposures.length = exposuresBefore;
    return decideOnCopy(run, compiled, flag, context, options);
  } finally {
    run.end();
  }
}

function isAnsweredAs(flag: CompiledFlag, expectedType: FlagType | undefined): boolean {
  if (expectedType === undefined || flag.type === undefined || flag.type === expectedType) return true;
  return expectedType === 'double' && flag.type === 'integer';
}

/** The answer, its value still open where it names no variant. A run is given only to trace. */
function answer(
  compiled: CompiledDefinitions | undefined,
  flagKey: string,
  context: unknown,
  expectedType: FlagType | undefined,
  options: EvaluateOptions | undefined,
  tracing: EvaluationRun | undefined,
): PreparedDetails {
  if (compiled === undefined) return errorDetails('PROVIDER_NOT_READY', 'no definitions have arrived yet');
  const flag = compiled.flags.get(flagKey);
  // To a client key an invisible flag does not exist, not even by its type.
  if (flag === undefined || (options !== undefined && options.clientVisibleOnly === true && !flag.clientVisible)) {
    return errorDetails('FLAG_NOT_FOUND', `there is no flag ${String(flagKey)}`);
  }
  if (!isAnsweredAs(flag, expectedType)) {
    return errorDetails('TYPE_MISMATCH', `flag ${flagKey} is of type ${flag.type}, not ${expectedType}`);
  }
  if (flag.constant !== undefined) return flag.constant;
  const run = tracing ?? (sharedRun.busy ? new EvaluationRun(compiled) : sharedRun);
  return decide(run, compiled, flag, context, options);
}

/**
 * Evaluates a flag for a context. Never throws, does no I/O, reads no clock and no random source.
 *
 * @param compiled - `undefined` before the first definitions: the answer is then `PROVIDER_NOT_READY`
 * @param context - a plain object, which is read anew at each call, or a handle, which keeps its hashes
 * @param expectedType - the type that the caller asks for; an `integer` flag may be asked as `double`
 * @param fallback - the caller's default, given back as `value` exactly where `variant` is `undefined`
 */
export function evaluate<Fallback = JsonValue>(
  compiled: CompiledDefinitions | undefined,
  flagKey: string,
  context: EvaluationContext | ContextHandle,
  expectedType: FlagType | undefined,
  fallback: Fallback,
  options?: EvaluateOptions,
): EvaluationDetails<JsonValue | Fallback> {
  const details = answer(compiled, flagKey, context, expectedType, options, undefined);
  return isServed(details) ? details : withFallback(details, fallback);
}

/** Evaluates by the same code and says how the answer came about. Never throws. */
export function evaluateWithTrace<Fallback = JsonValue>(
  compiled: CompiledDefinitions | undefined,
  flagKey: string,
  context: EvaluationContext | ContextHandle,
  expectedType: FlagType | undefined,
  fallback: Fallback,
  options?: EvaluateOptions,
): EvaluationTrace & { readonly details: EvaluationDetails<JsonValue | Fallback> } {
  const run = new EvaluationRun(compiled ?? noDefinitions);
  run.trace = [];
  const details = answer(compiled, flagKey, context, expectedType, options, run);
  return {
    flag: flagKey,
    environmentRevision: compiled?.revision,
    details: isServed(details) ? details : withFallback(details, fallback),
    steps: run.trace,
  };
}

/**
 * The unit that an exposure is about: the text of its kind's key or attribute, `undefined` if the context lacks it. Never
 * throws.
 */
export function unitOf(
  context: EvaluationContext | ContextHandle,
  exposure: Pick<ExposureSource, 'contextKind' | 'attribute'>,
): string | undefined {
  const read = attributeReader(exposure.contextKind, exposure.attribute ?? 'key');
  try {
    if (ContextHandle.is(context)) return unitText(read(context));
    if (isPlainObject(context)) return unitText(read({ attributes: context, rootKind: rootKindOf(context) }));
  } catch {
    // A getter of the context threw; the copy below leaves it out.
  }
  return unitText(read(resolveContext(context)));
}
