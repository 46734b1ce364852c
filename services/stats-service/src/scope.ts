import { currentPrincipal, type Principal } from '@stitchd/service-kit';

/** The tenant of a call on an environment's results. */
export interface EnvironmentScope {
  readonly organisationId: string;
  readonly projectId: string;
  readonly environmentId: string;
}

/** The access table admits only principals that name an environment to the routes that ask this. */
export function environmentScope(): EnvironmentScope {
  const { organisationId, projectId, environmentId } = currentPrincipal();
  if (organisationId === undefined || projectId === undefined || environmentId === undefined)
    throw new Error('a route without an environment asked for one');
  return { organisationId, projectId, environmentId };
}

/** Who asks the other services while a job or the schedule is served. */
export function serviceCall(scope: { readonly organisationId: string } & Partial<EnvironmentScope>, requestId: string) {
  const principal: Principal = { kind: 'service', id: 'stats-service', name: 'stats-service', ...scope };
  return { requestId, principal, deadlineMs: undefined };
}
