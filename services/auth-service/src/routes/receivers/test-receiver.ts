import { countWaiting, insertDelivery } from '@stitchd/db/auth';
import type { Delivery, TestReceiverRequest } from '@stitchd/proto/auth/v1/receivers';
import { currentAuthor, problem } from '@stitchd/service-kit';
import type { AuthContext } from '../../context.ts';
import { authLimits } from '../../limits.ts';
import { toDelivery } from '../../messages/receiver-message.ts';
import { record } from '../../requests/change.ts';
import { currentProject } from '../../requests/tenant.ts';
import { readPlace } from '../../telling/tell-receivers.ts';
import { writeTest } from '../../telling/write-message.ts';
import { findReceiver } from './find-receiver.ts';

/** Queues a test, which goes to a paused receiver too: whoever mended it wants to see so before it goes on. */
export function testReceiver(context: AuthContext) {
  return async ({ id: receiverId }: TestReceiverRequest): Promise<Delivery> => {
    const { organisationId, projectId } = currentProject();
    return context.database.inTenant(organisationId, async (tx) => {
      // Held, so that two at once do not both take the last place.
      const receiver = await findReceiver(tx, receiverId, { lock: true });
      if ((await countWaiting(tx, receiverId)) >= authLimits.waitingDeliveries)
        throw problem('RATE_LIMITED', `${authLimits.waitingDeliveries} messages wait for this receiver already.`);
      const { actor } = currentAuthor();
      const id = context.newId();
      const place = await readPlace(tx, projectId, null);
      const message = writeTest({ id, at: new Date(context.nowMs()), actor }, place, context.publicUrl);
      const delivery = await insertDelivery(tx, { ...message, id, receiver, recordId: null });
      if (delivery === undefined) throw problem('CONFLICT', 'The test was queued before.');
      await record(tx, context, {
        organisationId,
        projectId,
        action: 'receiver.test',
        resource: { kind: 'receiver', id: receiverId, key: receiver.name },
      });
      return toDelivery(delivery);
    });
  };
}
