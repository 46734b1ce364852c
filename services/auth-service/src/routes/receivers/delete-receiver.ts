import { create } from '@bufbuild/protobuf';
import { deleteReceiver as removeReceiver } from '@stitchd/db/auth';
import {
  DeleteReceiverResponseSchema,
  ReceiverSchema,
  type DeleteReceiverRequest,
  type DeleteReceiverResponse,
} from '@stitchd/proto/auth/v1/receivers';
import type { AuthContext } from '../../context.ts';
import { auditedReceiver } from '../../messages/receiver-message.ts';
import { bodyOf } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { currentProject } from '../../requests/tenant.ts';
import { findReceiver } from './find-receiver.ts';

/** What waits for it goes with it; what is on its way arrives. */
export function deleteReceiver(context: AuthContext) {
  return async ({ id }: DeleteReceiverRequest): Promise<DeleteReceiverResponse> => {
    const { organisationId, projectId } = currentProject();
    await context.database.inTenant(organisationId, async (tx) => {
      const before = await findReceiver(tx, id, { lock: true });
      await removeReceiver(tx, id);
      await record(tx, context, {
        organisationId,
        projectId,
        action: 'receiver.delete',
        resource: { kind: 'receiver', id, key: before.name },
        before: bodyOf(ReceiverSchema, auditedReceiver(before)),
      });
    });
    return create(DeleteReceiverResponseSchema);
  };
}
