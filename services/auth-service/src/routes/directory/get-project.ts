import { isKey } from '@stitchd/core';
import { findProject } from '@stitchd/db/auth';
import type { GetProjectRequest, Project } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { toProject } from '../../messages/to-message.ts';
import { noSuchProject } from '../../requests/not-found.ts';
import { currentTenant } from '../../requests/tenant.ts';

export function getProject({ database }: AuthContext) {
  return async (request: GetProjectRequest): Promise<Project> => {
    if (!isKey(request.key)) throw noSuchProject(request.key);
    const row = await database.inTenant(currentTenant().organisationId, (tx) => findProject(tx, request.key));
    if (row === undefined) throw noSuchProject(request.key);
    return toProject(row);
  };
}
