import type pg from 'pg';
import { limitSilence, openConnection } from './connections.ts';
import { postgresLimits } from './limits.ts';

/** A connection that hears what is notified on one channel. */
export interface Listener {
  /** Settles once the connection is lost or closed; never fails. */
  readonly ended: Promise<void>;
  readonly close: () => Promise<void>;
}

/** @throws where the store does not answer in time */
export async function openListener(
  config: pg.ClientConfig,
  channel: string,
  onPayload: (payload: string) => void,
): Promise<Listener> {
  // It is silent by nature, so the system asks whether the other end is still there.
  const client = await openConnection({
    ...config,
    keepAlive: true,
    keepAliveInitialDelayMillis: postgresLimits.keepAliveDelayMs,
  });
  const ended = new Promise<void>((resolve) => client.once('end', resolve));
  const close = async (): Promise<void> => {
    limitSilence(client, postgresLimits.connectTimeoutMs);
    await client.end();
  };
  client.on('notification', ({ payload = '' }) => onPayload(payload));
  limitSilence(client, postgresLimits.connectTimeoutMs);
  try {
    await client.query(`listen ${channel}`);
  } catch (error) {
    await close();
    throw error;
  }
  limitSilence(client, 0);
  return { ended, close };
}
