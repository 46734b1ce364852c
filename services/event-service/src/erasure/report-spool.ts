import { forgetSpool, reportSpool } from '@stitchd/db/event';
import type { Database } from '@stitchd/db/postgres';
import type { Spool } from '@stitchd/events';
import { startLoop, type Logger } from '@stitchd/service-kit';
import { erasureLimits } from './erasure-limits.ts';

/** Says from time to time what waits in this replica's spool, so that erasures know what may still come. */
export interface SpoolReporter {
  readonly stop: () => Promise<void>;
}

export function startSpoolReports(options: {
  readonly database: Database;
  readonly spool: Spool;
  readonly replicaId: string;
  /** Host and directory. */
  readonly place: string;
  readonly nowMs: () => number;
  readonly log: Logger;
}): SpoolReporter {
  const { database, spool, replicaId, place, nowMs, log } = options;
  const report = async (): Promise<void> => {
    const { oldestAtMs } = spool.state();
    const oldestAgeMs = oldestAtMs === undefined ? undefined : Math.max(0, nowMs() - oldestAtMs);
    const { goneReplicaMs: goneAfterMs, toldReplicaMs: toldMs } = erasureLimits;
    await database.beforeTenant((tx) => reportSpool(tx, { replicaId, place, oldestAgeMs }, { goneAfterMs, toldMs }));
  };
  const loop = startLoop({
    intervalMs: erasureLimits.reportMs,
    once: report,
    onTrouble: (error) => log.warn({ err: error }, 'what waits in the spool could not be reported'),
  });
  return {
    async stop() {
      await loop.stop();
      if (spool.state().waitingItems > 0) return;
      await database
        .beforeTenant((tx) => forgetSpool(tx, replicaId))
        .catch((error: unknown) => {
          log.warn({ err: error }, 'the report of an empty spool could not be taken back');
        });
    },
  };
}
