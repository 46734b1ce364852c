import { create } from '@bufbuild/protobuf';
import { listProjects as readProjects } from '@stitchd/db/auth';
import { ListProjectsResponseSchema, type ListProjectsRequest, type ListProjectsResponse } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { toProject } from '../../messages/to-message.ts';
import { pageOf, readTextPage } from '../../requests/list-page.ts';
import { currentTenant } from '../../requests/tenant.ts';

export function listProjects({ database }: AuthContext) {
  return async (request: ListProjectsRequest): Promise<ListProjectsResponse> => {
    const page = readTextPage(request.page);
    const listed = await database.inTenant(currentTenant().organisationId, (tx) =>
      pageOf(
        page,
        (wanted) => readProjects(tx, wanted),
        (row) => row.key,
        toProject,
      ),
    );
    return create(ListProjectsResponseSchema, listed);
  };
}
