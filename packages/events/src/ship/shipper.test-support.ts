import type { EventStore } from '@stitchd/db/clickhouse';
import { distinctEvents } from '@stitchd/db/clickhouse';
import { onTestFinished } from 'vitest';
import type { Spool } from '../spool/spool.ts';
import { recordingLog } from '../spool/spool.test-support.ts';
import { startShipper, type Shipper, type ShipperOptions } from './shipper.ts';

/** A shipper that tries again quickly; it is stopped with its test. */
export function startTestShipper(spool: Spool, store: EventStore, more: Partial<ShipperOptions> = {}): Shipper {
  const shipper = startShipper({
    spool,
    store,
    nowMs: Date.now,
    log: recordingLog().log,
    onShipped: () => undefined,
    limits: { lingerMs: 1, firstRetryMs: 5, longestRetryMs: 50 },
    ...more,
  });
  onTestFinished(() => shipper.stop());
  return shipper;
}

/** How many events an environment has: as rows, and each once. */
export async function countsOf(store: EventStore, environmentId: string): Promise<{ rows: number; items: number }> {
  const [counted] = await store.query<{ rows: number; items: number }>({
    environmentId,
    sql: `SELECT (SELECT count() FROM event WHERE environment_id = {environmentId:UUID}) AS rows,
      (SELECT count() FROM ${distinctEvents({ columns: [] })}) AS items`,
  });
  return counted ?? { rows: 0, items: 0 };
}
