import {
  createContextHandle,
  parseContext,
  remoteLists,
  requiredMemberships,
  type CompiledDefinitions,
  type ContextHandle,
  type EvaluationContext,
} from '@stitchd/core';
import { problem, type Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../../context.ts';

/** @throws VALIDATION_FAILED for what is no context, or too large a one */
export function readContext(json: unknown): EvaluationContext {
  const parsed = parseContext(json);
  if (parsed.kind === 'ok') return parsed.value;
  const errors = parsed.errors.map(({ path, message }) => ({ path: `/context${path}`, message }));
  throw problem('VALIDATION_FAILED', 'The evaluation context can not be used.', { errors });
}

/**
 * The context that the owner of an SDK key sends. A page can say of itself what it likes, but not which variants it was given:
 * that takes a signed token, which only values for browsers carry.
 * @throws VALIDATION_FAILED for what is no context, or too large a one
 */
export function readContextOf({ keyKind }: Pick<Principal, 'keyKind'>, json: unknown): EvaluationContext {
  const context = readContext(json);
  if (keyKind === 'server') return context;
  const { assignments: _claimed, ...claims } = context;
  return claims;
}

/**
 * Makes a context ready to be evaluated: its memberships in lists that are held by nobody but their owner are asked for.
 * While their owner is away they stay unknown, so that one list doesn't keep all other flags from being served.
 */
export async function prepareContext(
  compiled: CompiledDefinitions,
  flagKeys: Iterable<string>,
  context: EvaluationContext,
  principal: Principal,
  { memberships }: Pick<GatewayContext, 'memberships'>,
): Promise<ContextHandle> {
  const handle = createContextHandle(context);
  const required = requiredMemberships(compiled, flagKeys, handle);
  if (required.length === 0) return handle;
  // What is not known stays out: the evaluator then treats it as unknown, not as false.
  return createContextHandle(handle, { memberships: await memberships.resolve(principal, compiled, required) });
}

/** Most environments have none, and then nothing has to be looked for. */
export function hasRemoteLists(compiled: CompiledDefinitions): boolean {
  return remoteLists(compiled).size > 0;
}
