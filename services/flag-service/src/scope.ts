import { actorOf, currentCall, currentPrincipal } from '@stitchd/service-kit';
import type { Change } from '@stitchd/db/platform';

/** Whose flags: always from the principal, never from a request. */
export interface ProjectScope {
  readonly organisationId: string;
  readonly projectId: string;
}

export interface EnvironmentScope extends ProjectScope {
  readonly environmentId: string;
}

/** @throws Error where the access table let a principal through that names no project: a programmer's mistake */
export function projectScope(): ProjectScope {
  const { organisationId, projectId } = currentPrincipal();
  if (organisationId === undefined || projectId === undefined) throw new Error('the principal names no project');
  return { organisationId, projectId };
}

/** @throws Error where the access table let a principal through that names no environment: a programmer's mistake */
export function environmentScope(): EnvironmentScope {
  const { environmentId } = currentPrincipal();
  if (environmentId === undefined) throw new Error('the principal names no environment');
  return { ...projectScope(), environmentId };
}

type Described = Pick<Change, 'action' | 'resource' | 'before' | 'after'>;

/** What the audit log keeps of a change that this call makes. */
export function changeInCall(scope: ProjectScope & { readonly environmentId?: string }, described: Described): Change {
  return {
    organisationId: scope.organisationId,
    projectId: scope.projectId,
    environmentId: scope.environmentId,
    actor: actorOf(currentPrincipal()),
    requestId: currentCall()?.requestId ?? '',
    ...described,
  };
}
