import { currentPrincipal } from '@stitchd/service-kit';

/** The tenant of a call on an environment's experiments. */
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

export function organisationScope(): string {
  const { organisationId } = currentPrincipal();
  if (organisationId === undefined) throw new Error('a route without an organisation asked for one');
  return organisationId;
}
