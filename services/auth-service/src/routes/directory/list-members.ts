import { create } from '@bufbuild/protobuf';
import { listMembers as readMembers } from '@stitchd/db/auth';
import { ListMembersResponseSchema, type ListMembersRequest, type ListMembersResponse } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { toMember } from '../../messages/to-message.ts';
import { pageOf, readTextPage } from '../../requests/list-page.ts';
import { currentTenant } from '../../requests/tenant.ts';

export function listMembers({ database }: AuthContext) {
  return async (request: ListMembersRequest): Promise<ListMembersResponse> => {
    const page = readTextPage(request.page);
    const listed = await database.inTenant(currentTenant().organisationId, (tx) =>
      pageOf(
        page,
        (wanted) => readMembers(tx, wanted),
        (row) => row.email,
        toMember,
      ),
    );
    return create(ListMembersResponseSchema, listed);
  };
}
