import { updateReceiver as writeReceiver, type ReceiverChange, type ReceiverRow } from '@stitchd/db/auth';
import { ReceiverSchema, type Receiver, type UpdateReceiverRequest } from '@stitchd/proto/auth/v1/receivers';
import { requireVersion } from '@stitchd/service-kit';
import type { AuthContext } from '../../context.ts';
import { toReceiver } from '../../messages/receiver-message.ts';
import { bodyOf } from '../../messages/to-message.ts';
import { check, nameFault } from '../../requests/check.ts';
import { currentProject } from '../../requests/tenant.ts';
import { findReceiver } from './find-receiver.ts';
import { recordReceiver } from './record-receiver.ts';
import { addressFault, normaliseAddress, topicFaults } from './receiver-faults.ts';

/** What is left out stays as it is; another address keeps the secret. */
export function updateReceiver(context: AuthContext) {
  return async (request: UpdateReceiverRequest): Promise<Receiver> => {
    const { organisationId } = currentProject();
    const { id, name, topics } = request;
    check(name === undefined ? undefined : nameFault('name', name), ...(topics === undefined ? [] : topicFaults(topics.items)));
    return context.database.inTenant(organisationId, async (tx) => {
      const before = await findReceiver(tx, id, { lock: true });
      const address = normaliseAddress(before.kind, request.address ?? before.address);
      if (address !== before.address) check(addressFault(context, before.kind, address));
      requireVersion(request.ifVersion, before, bodyOf(ReceiverSchema, toReceiver(before)));
      const after = await writeReceiver(tx, id, changed(before, { ...request, address }));
      await recordReceiver(tx, context, 'receiver.update', { before, after });
      return toReceiver(after);
    });
  };
}

function changed(before: ReceiverRow, { name, address, topics, paused }: UpdateReceiverRequest): ReceiverChange {
  const held = before.pause_cause as ReceiverChange['pauseCause'];
  return {
    name: name?.trim() ?? before.name,
    address: address ?? before.address,
    topics: topics?.items ?? before.topics,
    pauseCause: paused === undefined ? held : paused ? (held ?? 'person') : null,
  };
}
