import { actorOf, currentCall, currentPrincipal } from '@stitchd/service-kit';
import type { Change } from '@stitchd/db/platform';

/** Whose segments: always from the principal, never from a request. */
export interface EnvironmentScope {
  readonly organisationId: string;
  readonly projectId: string;
  readonly environmentId: string;
}

/** @throws Error where the access table let a principal through that names no environment: a programmer's mistake */
export function environmentScope(): EnvironmentScope {
  const { organisationId, projectId, environmentId } = currentPrincipal();
  if (organisationId === undefined || projectId === undefined || environmentId === undefined)
    throw new Error('the principal names no environment');
  return { organisationId, projectId, environmentId };
}

/** What the audit log keeps of a change that this call makes. */
export function changeInCall(
  scope: EnvironmentScope,
  described: Pick<Change, 'action' | 'resource' | 'before' | 'after'>,
): Change {
  return { ...scope, actor: actorOf(currentPrincipal()), requestId: currentCall()?.requestId ?? '', ...described };
}
