import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from './database.ts';
import { postgresLimits } from './limits.ts';
import type { Listener } from './listener.ts';

/**
 * Hears a channel until `signal` aborts, again after each loss of the store. What is notified while nobody hears is lost:
 * notifications are hints.
 * @param options.onListening - something may have been missed until now
 */
export async function keepListening(options: {
  readonly database: Database;
  readonly channel: string;
  readonly onPayload: (payload: string) => void;
  readonly onListening: () => Promise<void>;
  readonly onTrouble: (error: unknown) => void;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { signal } = options;
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  while (!signal.aborted) {
    let listener: Listener | undefined;
    try {
      listener = await options.database.listen(options.channel, options.onPayload);
      await options.onListening();
      await Promise.race([listener.ended, aborted]);
    } catch (error) {
      options.onTrouble(error);
    }
    await listener?.close();
    await wait(postgresLimits.reconnectDelayMs, undefined, { signal }).catch(() => undefined);
  }
}
