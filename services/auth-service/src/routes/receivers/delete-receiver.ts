import { create } from '@bufbuild/protobuf';
import { deleteReceiver as removeReceiver } from '@stitchd/db/auth';
import {
  DeleteReceiverResponseSchema,
  type DeleteReceiverRequest,
  type DeleteReceiverResponse,
} from '@stitchd/proto/auth/v1/receivers';
import type { AuthContext } from '../../context.ts';
import { currentProject } from '../../requests/tenant.ts';
import { findReceiver } from './find-receiver.ts';
import { recordReceiver } from './record-receiver.ts';

/** What waits for it goes with it; what is on its way arrives. */
export function deleteReceiver(context: AuthContext) {
  return async ({ id }: DeleteReceiverRequest): Promise<DeleteReceiverResponse> => {
    const { organisationId } = currentProject();
    await context.database.inTenant(organisationId, async (tx) => {
      const before = await findReceiver(tx, id, { lock: true });
      await removeReceiver(tx, id);
      await recordReceiver(tx, context, 'receiver.delete', { before });
    });
    return create(DeleteReceiverResponseSchema);
  };
}
