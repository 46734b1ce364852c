import { create } from '@bufbuild/protobuf';
import { listEnvironments as readEnvironments } from '@stitchd/db/auth';
import { ListEnvironmentsResponseSchema, type ListEnvironmentsResponse } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { toEnvironment } from '../../messages/to-message.ts';
import { currentProject } from '../../requests/tenant.ts';

export function listEnvironments({ database }: AuthContext) {
  return async (): Promise<ListEnvironmentsResponse> => {
    const { organisationId, projectId } = currentProject();
    const rows = await database.inTenant(organisationId, (tx) => readEnvironments(tx, projectId));
    return create(ListEnvironmentsResponseSchema, { items: rows.map(toEnvironment) });
  };
}
