import {
  ContextHandle,
  evaluateWithTrace,
  privateNamesOf,
  resolveContext,
  type CompiledDefinitions,
  type EvaluateOptions,
  type EvaluationContext,
  type EvaluationTrace,
  type JsonValue,
  type Memberships,
  type PrivateNames,
} from '@stitchd/core';
import type { FlagDetails } from '../flags/flag-details.ts';

/** How a flag came to its answer. */
export interface FlagTrace extends EvaluationTrace {
  /** As `allFlags` gives it: `value` is `undefined` where the flag has no answer of its own. */
  readonly details: FlagDetails<JsonValue | undefined>;
}

/** Evaluates a flag step by step, without the values of private attributes. Exposes nobody and never throws. */
export function traceFlag(
  compiled: CompiledDefinitions | undefined,
  flagKey: string,
  context: EvaluationContext | ContextHandle,
  options: EvaluateOptions & { readonly privateNames: PrivateNames },
): FlagTrace {
  return evaluateWithTrace(
    compiled,
    flagKey,
    hiding(options.privateNames, context, options.memberships),
    undefined,
    undefined,
    options,
  );
}

/** The context, saying itself what the client keeps private: core leaves that out of what it writes down. */
function hiding(
  ofClient: PrivateNames,
  context: EvaluationContext | ContextHandle,
  memberships: Memberships | undefined,
): ContextHandle {
  const { attributes, rootKind, kinds } = ContextHandle.is(context) ? context : resolveContext(context);
  const privateAttributes = Object.freeze([...privateNamesOf({ attributes }, ofClient)]);
  return new ContextHandle({ attributes: Object.freeze({ ...attributes, privateAttributes }), rootKind, kinds }, memberships);
}
