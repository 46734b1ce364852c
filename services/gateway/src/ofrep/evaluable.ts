import { createContextHandle, type CompiledDefinitions, type ContextHandle, type EvaluationContext } from '@stitchd/core';
import { problem, withCall, type Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import { readJson } from '../http/json-body.ts';
import { requestDeadlineMs } from '../limits.ts';
import type { DirectInput } from '../rest/endpoint.ts';
import { hasRemoteLists, prepareContext, readContextOf } from '../rest/evaluation/prepare-context.ts';

/** All that an evaluation of a request needs. */
export interface Evaluable {
  readonly compiled: CompiledDefinitions;
  readonly context: ContextHandle;
  readonly principal: Principal;
}

/**
 * Makes a request ready to be evaluated and answers it: at once where all that it takes is in memory.
 * @param flagKey - the one flag that is asked for; undefined: all
 * @throws MALFORMED_JSON, VALIDATION_FAILED, SERVICE_UNAVAILABLE
 */
export function whenEvaluable<T>(
  input: DirectInput,
  flagKey: string | undefined,
  context: GatewayContext,
  answer: (evaluable: Evaluable) => T,
): T | Promise<T> {
  const principal = input.caller?.principal;
  if (principal === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
  const subject = readSubject(principal, input.text);
  const held = context.feed(principal).held();
  if (held !== undefined && !hasRemoteLists(held))
    return answer({ compiled: held, context: createContextHandle(subject), principal });
  const call = { requestId: input.requestId, principal, deadlineMs: context.nowMs() + requestDeadlineMs };
  return withCall(call, async () => {
    const compiled = held ?? (await context.definitions(principal));
    const flagKeys = flagKey === undefined ? compiled.flags.keys() : [flagKey];
    return answer({ compiled, context: await prepareContext(compiled, flagKeys, subject, principal, context), principal });
  });
}

function readSubject(principal: Principal, text: string): EvaluationContext {
  const body = readJson(text);
  if (body === undefined) throw problem('VALIDATION_FAILED', 'The body is missing.');
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw problem('VALIDATION_FAILED', 'The body must be an object.');
  return readContextOf(principal, 'context' in body ? body.context : {});
}
