import { updateReceiver as writeReceiver, type ReceiverChange, type ReceiverRow } from '@stitchd/db/auth';
import { ReceiverSchema, type Receiver, type UpdateReceiverRequest } from '@stitchd/proto/auth/v1/receivers';
import { requireVersion } from '@stitchd/service-kit';
import type { AuthContext } from '../../context.ts';
import { auditedReceiver, toReceiver } from '../../messages/receiver-message.ts';
import { bodyOf } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { check, nameFault } from '../../requests/check.ts';
import { currentProject } from '../../requests/tenant.ts';
import { findReceiver } from './find-receiver.ts';
import { addressFault, topicFaults } from './receiver-faults.ts';

/** What is left out stays as it is; another address keeps the secret. */
export function updateReceiver(context: AuthContext) {
  return async (request: UpdateReceiverRequest): Promise<Receiver> => {
    const { organisationId, projectId } = currentProject();
    const { id, name, address, topics } = request;
    check(
      name === undefined ? undefined : nameFault('name', name),
      address === undefined ? undefined : addressFault(context, address),
      ...(topics === undefined ? [] : topicFaults(topics.items)),
    );
    return context.database.inTenant(organisationId, async (tx) => {
      const before = await findReceiver(tx, id, { lock: true });
      requireVersion(request.ifVersion, before, bodyOf(ReceiverSchema, toReceiver(before)));
      const after = await writeReceiver(tx, id, changed(before, request));
      await record(tx, context, {
        organisationId,
        projectId,
        action: 'receiver.update',
        resource: { kind: 'receiver', id, key: after.name },
        before: bodyOf(ReceiverSchema, auditedReceiver(before)),
        after: bodyOf(ReceiverSchema, auditedReceiver(after)),
      });
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
