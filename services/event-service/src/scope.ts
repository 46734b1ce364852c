import { currentPrincipal } from '@stitchd/service-kit';

export interface ProjectScope {
  readonly organisationId: string;
  readonly projectId: string;
}

export interface EnvironmentScope extends ProjectScope {
  readonly environmentId: string;
}

/** The tenant of a call on a project; the access table lets nobody without one this far. */
export function projectScope(): ProjectScope {
  const { organisationId, projectId } = currentPrincipal();
  if (organisationId === undefined || projectId === undefined) throw new Error('a route without a project asked for one');
  return { organisationId, projectId };
}

export function environmentScope(): EnvironmentScope {
  const { environmentId } = currentPrincipal();
  if (environmentId === undefined) throw new Error('a route without an environment asked for one');
  return { ...projectScope(), environmentId };
}
