import { createBoundedMap, type Principal } from '@stitchd/service-kit';
import { Directory } from '@stitchd/proto/auth/v1/auth';
import type { GatewayContext } from '../context.ts';
import { maxKnownScopes } from '../limits.ts';

/** The principal within the project and environment whose keys a path holds. */
export type Scope = (principal: Principal, project: string | undefined, environment: string | undefined) => Promise<Principal>;

/** Keys are never changed and what they name is never removed, so that an answer holds for good. */
export function createScopes(call: GatewayContext['call']): Scope {
  const known = createBoundedMap<{ readonly projectId: string; readonly environmentId?: string }>(maxKnownScopes);
  return async (principal, project, environment) => {
    if (project === undefined) return principal;
    const name = JSON.stringify([principal.organisationId, project, environment]);
    const scope = known.get(name);
    if (scope !== undefined) return { ...principal, ...scope };
    const answer = await call(Directory.method.resolveScope, { projectKey: project, environmentKey: environment ?? '' });
    const found = { projectId: answer.projectId, ...(environment !== undefined && { environmentId: answer.environmentId }) };
    known.set(name, found);
    return { ...principal, ...found };
  };
}
