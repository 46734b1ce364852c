import { create } from '@bufbuild/protobuf';
import { listReceivers as readReceivers } from '@stitchd/db/auth';
import { ListReceiversResponseSchema, type ListReceiversResponse } from '@stitchd/proto/auth/v1/receivers';
import type { AuthContext } from '../../context.ts';
import { toReceiver } from '../../messages/receiver-message.ts';
import { currentProject } from '../../requests/tenant.ts';

export function listReceivers({ database, mail }: AuthContext) {
  return async (): Promise<ListReceiversResponse> => {
    const { organisationId, projectId } = currentProject();
    const rows = await database.inTenant(organisationId, (tx) => readReceivers(tx, projectId));
    return create(ListReceiversResponseSchema, { items: rows.map(toReceiver), emailConfigured: mail !== undefined });
  };
}
