import { claimDelivery } from '@stitchd/db/auth';
import { startLoop } from '@stitchd/service-kit';
import type { AuthContext } from '../context.ts';
import { authLimits } from '../limits.ts';
import { deliver } from './deliver.ts';
import { tellReceivers } from './tell-receivers.ts';

/** What tells receivers, until it is stopped. */
export interface Telling {
  readonly stop: () => Promise<void>;
}

/** Queues what has happened and sends what is due; a slow receiver holds up no other. */
export function startTelling(context: AuthContext): Telling {
  const { database, log } = context;
  const stopping = new AbortController();
  const onTrouble = (error: unknown): void => log.warn({ err: error }, 'receivers have to wait');
  const underWay = new Set<Promise<void>>();
  const loop = startLoop({
    intervalMs: context.tellIntervalMs,
    async once(signal) {
      await tellReceivers(context, signal);
      while (!signal.aborted && underWay.size < authLimits.sendersAtOnce) {
        const lease = await claimDelivery(database, context.newId(), authLimits.deliveryLeaseMs);
        if (lease === undefined) return;
        const sent: Promise<void> = deliver(context, lease, stopping.signal)
          .catch(onTrouble)
          .then(() => {
            underWay.delete(sent);
            loop.wake();
          });
        underWay.add(sent);
      }
    },
    onTrouble,
  });
  return {
    async stop() {
      stopping.abort();
      await loop.stop();
      await Promise.all(underWay);
    },
  };
}
