import { create } from '@bufbuild/protobuf';
import { listApiTokens as readApiTokens } from '@stitchd/db/auth';
import { ListApiTokensResponseSchema, type ListApiTokensRequest, type ListApiTokensResponse } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { toApiToken } from '../../messages/to-message.ts';
import { pageOf, readIdPage } from '../../requests/list-page.ts';
import { currentTenant } from '../../requests/tenant.ts';

export function listApiTokens({ database }: AuthContext) {
  return async (request: ListApiTokensRequest): Promise<ListApiTokensResponse> => {
    const page = readIdPage(request.page);
    const listed = await database.inTenant(currentTenant().organisationId, (tx) =>
      pageOf(
        page,
        (wanted) => readApiTokens(tx, wanted),
        (row) => row.id,
        toApiToken,
      ),
    );
    return create(ListApiTokensResponseSchema, listed);
  };
}
