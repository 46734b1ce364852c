import { create } from '@bufbuild/protobuf';
import { listSdkKeys as readSdkKeys } from '@stitchd/db/auth';
import { ListSdkKeysResponseSchema, type ListSdkKeysRequest, type ListSdkKeysResponse } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { toSdkKey } from '../../messages/to-message.ts';
import { pageOf, readIdPage } from '../../requests/list-page.ts';
import { currentEnvironment } from '../../requests/tenant.ts';

export function listSdkKeys({ database }: AuthContext) {
  return async (request: ListSdkKeysRequest): Promise<ListSdkKeysResponse> => {
    const { organisationId, environmentId } = currentEnvironment();
    const page = readIdPage(request.page);
    const listed = await database.inTenant(organisationId, (tx) =>
      pageOf(
        page,
        (wanted) => readSdkKeys(tx, environmentId, wanted),
        (row) => row.id,
        toSdkKey,
      ),
    );
    return create(ListSdkKeysResponseSchema, listed);
  };
}
