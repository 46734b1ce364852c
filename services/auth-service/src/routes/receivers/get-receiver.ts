import type { GetReceiverRequest, Receiver } from '@stitchd/proto/auth/v1/receivers';
import type { AuthContext } from '../../context.ts';
import { toReceiver } from '../../messages/receiver-message.ts';
import { currentProject } from '../../requests/tenant.ts';
import { findReceiver } from './find-receiver.ts';

export function getReceiver({ database }: AuthContext) {
  return async ({ id }: GetReceiverRequest): Promise<Receiver> => {
    const { organisationId } = currentProject();
    return toReceiver(await database.inTenant(organisationId, (tx) => findReceiver(tx, id)));
  };
}
