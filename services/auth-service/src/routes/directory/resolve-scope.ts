import { isKey } from '@stitchd/core';
import { create } from '@bufbuild/protobuf';
import { findEnvironment, findProject } from '@stitchd/db/auth';
import { ScopeSchema, type ResolveScopeRequest, type Scope } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { noSuchEnvironment, noSuchProject } from '../../requests/not-found.ts';
import { currentTenant } from '../../requests/tenant.ts';

export function resolveScope({ database }: AuthContext) {
  return async (request: ResolveScopeRequest): Promise<Scope> => {
    const { projectKey, environmentKey } = request;
    return database.inTenant(currentTenant().organisationId, async (tx) => {
      const project = isKey(projectKey) ? await findProject(tx, projectKey) : undefined;
      if (project === undefined) throw noSuchProject(projectKey);
      if (environmentKey === '') return create(ScopeSchema, { projectId: project.id });
      const environment = isKey(environmentKey) ? await findEnvironment(tx, project.id, environmentKey) : undefined;
      if (environment === undefined) throw noSuchEnvironment(environmentKey, projectKey);
      return create(ScopeSchema, { projectId: project.id, environmentId: environment.id });
    });
  };
}
