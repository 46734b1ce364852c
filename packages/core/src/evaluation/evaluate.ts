import { attributeReader, rootKindOf } from '../context/attribute-reader.ts';
import { ContextHandle, resolveContext } from '../context/context-handle.ts';
import type { EvaluationContext } from '../context/context.ts';
import { isPlainObject } from '../context/plain-object.ts';
import { unitText } from '../context/unit-text.ts';
import type { FlagType } from '../definitions/flag.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import type { CompiledDefinitions, CompiledFlag, PreparedDetails } from './compiled-definitions.ts';
import { decideFlag, freeRun, tracingRun } from './decide-flag.ts';
import type { EvaluateOptions, EvaluationDetails, ExposureSource } from './details.ts';
import type { EvaluationRun } from './evaluation-run.ts';
import { errorDetails, isServed } from './prepared-details.ts';
import type { EvaluationTrace } from './trace.ts';

function withFallback<Fallback>(details: PreparedDetails, fallback: Fallback): EvaluationDetails<JsonValue | Fallback> {
  return { ...details, value: fallback };
}

/** Whether a flag may be asked as a type: an integer as a double too. */
function isAnsweredAs(flag: CompiledFlag, expectedType: FlagType | undefined): boolean {
  if (expectedType === undefined || flag.type === undefined || flag.type === expectedType) return true;
  return expectedType === 'double' && flag.type === 'integer';
}

/** Why a flag is not evaluated at all. */
function refusal(
  compiled: CompiledDefinitions | undefined,
  flag: CompiledFlag | undefined,
  flagKey: string,
  expectedType: FlagType | undefined,
): PreparedDetails {
  if (compiled === undefined) return errorDetails('PROVIDER_NOT_READY', 'no definitions have arrived yet');
  // To a client key an invisible flag does not exist, not even by its type.
  if (flag === undefined) return errorDetails('FLAG_NOT_FOUND', `there is no flag ${String(flagKey)}`);
  return errorDetails('TYPE_MISMATCH', `flag ${flagKey} is of type ${flag.type}, not ${expectedType}`);
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
  if (compiled === undefined) return refusal(compiled, undefined, flagKey, expectedType);
  const flag = compiled.flags.get(flagKey);
  if (flag === undefined || (options !== undefined && options.clientVisibleOnly === true && !flag.clientVisible)) {
    return refusal(compiled, undefined, flagKey, expectedType);
  }
  if (!isAnsweredAs(flag, expectedType)) return refusal(compiled, flag, flagKey, expectedType);
  if (flag.constant !== undefined) return flag.constant;
  return decideFlag(tracing ?? freeRun(), compiled, flag, context, options);
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
  const run = tracingRun();
  const details = answer(compiled, flagKey, context, expectedType, options, run);
  return {
    flag: flagKey,
    environmentRevision: compiled?.revision,
    details: isServed(details) ? details : withFallback(details, fallback),
    steps: run.trace ?? [],
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
