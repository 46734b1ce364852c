import {
  createContextHandle,
  parseContext,
  requiredMemberships,
  type CompiledDefinitions,
  type ContextHandle,
  type EvaluationContext,
} from '@stitchd/core';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { isProblem, problem, type Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../../context.ts';
import { inOwnName } from '../../identity/own-name.ts';
import { maxMembershipQuestions, membershipWaitMs } from '../../limits.ts';

/** @throws VALIDATION_FAILED for what is no context, or too large a one */
export function readContext(json: unknown): EvaluationContext {
  const parsed = parseContext(json);
  if (parsed.kind === 'ok') return parsed.value;
  const errors = parsed.errors.map(({ path, message }) => ({ path: `/context${path}`, message }));
  throw problem('VALIDATION_FAILED', 'The evaluation context can not be used.', { errors });
}

/** By these segmentation-service, or its store, is away. Anything else is a fault, which is not to be passed over. */
const away = ['SERVICE_UNAVAILABLE', 'STORE_UNAVAILABLE', 'DEADLINE_EXCEEDED'] as const;

/**
 * Makes a context ready to be evaluated: its memberships in lists that are held by nobody but their owner are asked for.
 * While their owner is away they stay unknown, so that one list doesn't keep all other flags from being served.
 */
export async function prepareContext(
  compiled: CompiledDefinitions,
  flagKeys: Iterable<string>,
  context: EvaluationContext,
  principal: Principal,
  { call, onUnresolved }: Pick<GatewayContext, 'call' | 'onUnresolved'>,
): Promise<ContextHandle> {
  if (!hasRemoteLists(compiled)) return createContextHandle(context);
  const required = new Map<string, { readonly segmentKey: string; readonly contextKey: string }>();
  for (const flagKey of flagKeys) {
    for (const { segment, key } of requiredMemberships(compiled, flagKey, context))
      required.set(segment, { segmentKey: segment, contextKey: key });
  }
  if (required.size === 0) return createContextHandle(context);
  const questions = [...required.values()].slice(0, maxMembershipQuestions);
  // A client key may not ask who is on a list; what it is served may depend on it all the same.
  const answers = await inOwnName(principal, () =>
    call(Segments.method.checkMembership, { questions }, { timeoutMs: membershipWaitMs }),
  ).then(
    (response) => response.answers,
    (error: unknown) => {
      if (!away.some((code) => isProblem(error, code))) throw error;
      return [];
    },
  );
  if (answers.length < required.size) onUnresolved(required.size - answers.length);
  // What is not known stays out: the evaluator then treats it as unknown, not as false.
  const known = answers.filter(({ outcome }) => outcome !== 'unknown-segment');
  const memberships = new Map(known.map(({ segmentKey, outcome }) => [segmentKey, outcome === 'member']));
  return createContextHandle(context, { memberships });
}

const remoteLists = new WeakMap<CompiledDefinitions, boolean>();

/** Most environments have none, and then nothing has to be looked for. */
export function hasRemoteLists(compiled: CompiledDefinitions): boolean {
  const known = remoteLists.get(compiled);
  if (known !== undefined) return known;
  const found = [...compiled.segments.values()].some(({ remote }) => remote !== undefined);
  remoteLists.set(compiled, found);
  return found;
}
