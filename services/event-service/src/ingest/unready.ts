import { eventStoreErrorOf, type EventStore } from '@stitchd/db/clickhouse';
import type { Database } from '@stitchd/db/postgres';
import type { Unready } from '@stitchd/service-kit';
import { eventServiceLimits } from '../limits.ts';
import type { ItemWay } from './item-way.ts';

/**
 * What keeps the service from its work. The event store may be down as long as the spool has room: items are accepted all the
 * same.
 */
export async function unreadyOf(options: {
  readonly database: Database;
  readonly store: EventStore;
  readonly way: ItemWay;
  readonly acknowledge: 'spool' | 'clickhouse';
}): Promise<Unready> {
  const { database, store, way, acknowledge } = options;
  const needsStore = acknowledge === 'clickhouse' || isNearlyFull(way);
  const [postgresql, clickhouse, spool] = await Promise.all([
    database.ping().then(() => undefined, reasonOf),
    needsStore ? store.ping().then(() => undefined, reasonOf) : undefined,
    diskTrouble(way),
  ]);
  return {
    ...(spool !== undefined && { spool }),
    ...(postgresql !== undefined && { postgresql }),
    ...(clickhouse !== undefined && { clickhouse }),
  };
}

/** Asking tries the disk again: where a balancer sends nothing to a service that is unready, no batch would. */
async function diskTrouble({ spool }: ItemWay): Promise<string | undefined> {
  await spool?.tryDisk();
  return spool?.state().trouble;
}

function isNearlyFull({ spool }: ItemWay): boolean {
  if (spool === undefined) return true;
  const { bytes, totalBytes } = spool.state();
  return bytes >= (totalBytes * eventServiceLimits.spoolUnreadyPercent) / 100;
}

function reasonOf(error: unknown): string {
  return eventStoreErrorOf(error)?.reason ?? (error instanceof Error ? error.message : String(error));
}
