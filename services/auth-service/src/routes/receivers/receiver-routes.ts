import type { ServiceImpl } from '@connectrpc/connect';
import type { Receivers } from '@stitchd/proto/auth/v1/receivers';
import type { AuthContext } from '../../context.ts';
import { createReceiver } from './create-receiver.ts';
import { deleteReceiver } from './delete-receiver.ts';
import { getReceiver } from './get-receiver.ts';
import { listDeliveries } from './list-deliveries.ts';
import { listReceivers } from './list-receivers.ts';
import { testReceiver } from './test-receiver.ts';
import { updateReceiver } from './update-receiver.ts';

export function receiverRoutes(context: AuthContext): ServiceImpl<typeof Receivers> {
  return {
    listReceivers: listReceivers(context),
    createReceiver: createReceiver(context),
    getReceiver: getReceiver(context),
    updateReceiver: updateReceiver(context),
    deleteReceiver: deleteReceiver(context),
    testReceiver: testReceiver(context),
    listDeliveries: listDeliveries(context),
  };
}
