import {
  assignmentsToken,
  contextValues,
  createContextHandle,
  evaluateContext,
  heldAssignments,
  type AssignmentsPayload,
  type CompiledDefinitions,
  type ContextValues,
  type EvaluationContext,
} from '@stitchd/core';
import type { Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import { prepareContext } from '../rest/evaluation/prepare-context.ts';
import { signingOf } from './signed-tokens.ts';

/** Whose values are asked for. It is in memory for as long as they are, and nowhere else: not stored, not logged, not traced. */
export interface ValuesQuestion {
  readonly principal: Principal;
  readonly context: EvaluationContext;
  /** A token of earlier assignments, believed where its signature holds. */
  readonly assignments: string | undefined;
  /** `false`: the delivery exposes nobody, whatever the environment says. */
  readonly exposure: boolean;
}

/**
 * The values of one context, with the assignments to keep. Reading them exposes, and tells so by events; where the environment says
 * that a delivery does, this exposes, and they hold nothing to be told by readers.
 */
export async function answerValues(
  { principal, context, assignments, exposure }: ValuesQuestion,
  compiled: CompiledDefinitions,
  gateway: Pick<GatewayContext, 'memberships' | 'nowMs' | 'usage' | 'exposures'>,
): Promise<ContextValues> {
  const nowMs = gateway.nowMs();
  const clientVisibleOnly = principal.keyKind !== 'server';
  const signing = signingOf(compiled);
  const read = assignments === undefined ? undefined : signing?.read('assignments', assignments, nowMs);
  // One that can't be believed counts for nothing: the page could not do anything about it.
  const before: AssignmentsPayload | undefined = read?.kind === 'valid' ? read.payload : undefined;
  const asked = before === undefined ? context : withAssignments(context, before);
  const handle = await prepareContext(compiled, compiled.flags.keys(), asked, principal, gateway);
  const { flags, answers } = evaluateContext(compiled, handle, {
    nowMs,
    clientVisibleOnly,
    onAnswer: gateway.usage.delivery(principal, compiled, handle),
    onExposure: exposure ? gateway.exposures.delivery(principal, compiled, handle) : undefined,
  });
  const unsigned = signing && assignmentsToken(handle, answers, before, { environmentId: signing.environmentId, nowMs });
  const token = signing !== undefined && unsigned !== undefined ? signing.sign(unsigned) : null;
  return contextValues(compiled.revision, flags, token);
}

function withAssignments(context: EvaluationContext, before: AssignmentsPayload): EvaluationContext {
  return { ...context, assignments: { ...context.assignments, ...heldAssignments(before, createContextHandle(context)) } };
}
