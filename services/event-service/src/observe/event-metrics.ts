import type { RejectedItem, Shipped, SpoolState } from '@stitchd/events';
import type { Attempt } from '../jobs/run-job.ts';
import { Counter, Gauge, type ServiceContext } from '@stitchd/service-kit';

/** What operators see of the way of items. */
export interface EventMetrics {
  readonly accepted: (items: number, rejected: readonly RejectedItem[]) => void;
  /** Of a request that was refused because its environment sends too many. */
  readonly limited: (items: number) => void;
  readonly shipped: (shipped: Shipped) => void;
  readonly jobAttempted: (attempt: Attempt) => void;
  /** Rows of a table that were deleted because they were too old. */
  readonly forgotten: (table: string, rows: number) => void;
  /** Environments were looked through for rows that are too old; for some of them that failed. */
  readonly sweptForOldRows: (swept: { readonly environments: number; readonly failed: number }) => void;
}

export function createEventMetrics(
  registry: ServiceContext<never>['metrics'],
  spool: { readonly state: () => SpoolState | undefined; readonly nowMs: () => number },
): EventMetrics {
  const registers = [registry];
  const accepted = new Counter({ name: 'stitchd_events_accepted_total', help: 'Items that were acknowledged.', registers });
  const rejected = new Counter({
    name: 'stitchd_events_rejected_total',
    help: 'Items that were not taken, by problem code.',
    labelNames: ['code'],
    registers,
  });
  const limited = new Counter({
    name: 'stitchd_events_limited_total',
    help: 'Items of requests that were refused, because their environment sends more than it may.',
    registers,
  });
  const shipped = new Counter({ name: 'stitchd_events_shipped_total', help: 'Items that reached the event store.', registers });
  const quarantined = new Counter({
    name: 'stitchd_events_quarantined_total',
    help: 'Items that the event store could not take, or that a damaged file of the spool has lost; the file is in quarantine.',
    registers,
  });
  const jobAttempts = new Counter({
    name: 'stitchd_event_job_attempts_total',
    help: 'Attempts of jobs such as imports, by how they ended.',
    labelNames: ['attempt'],
    registers,
  });
  const forgotten = new Counter({
    name: 'stitchd_events_forgotten_rows_total',
    help: 'Rows that were deleted because they were older than their environment keeps them, by table.',
    labelNames: ['table'],
    registers,
  });
  const sweeps = new Counter({
    name: 'stitchd_events_retention_sweeps_total',
    help: 'Environments that were looked through for rows that are too old, by outcome; a failed one is tried again soon.',
    labelNames: ['outcome'],
    registers,
  });
  const lastSweep = new Gauge({
    name: 'stitchd_events_retention_last_success_seconds',
    help: 'When this process last looked through an environment and nothing failed, in seconds since 1970; 0: never.',
    registers,
  });
  const gauge = (name: string, help: string, valueOf: (state: SpoolState) => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        const state = spool.state();
        this.set(state === undefined ? 0 : valueOf(state));
      },
    });
  };
  gauge('stitchd_events_spool_bytes', 'Bytes in the spool, quarantine included.', ({ bytes }) => bytes);
  gauge('stitchd_events_spool_limit_bytes', 'Bytes that the spool may hold.', ({ totalBytes }) => totalBytes);
  gauge('stitchd_events_spool_items', 'Items that wait in the spool.', ({ waitingItems }) => waitingItems);
  gauge('stitchd_events_spool_failing', 'Whether the disk did not take the last batch: 1, else 0.', ({ trouble }) =>
    trouble === undefined ? 0 : 1,
  );
  gauge(
    'stitchd_events_quarantine_bytes',
    'Bytes that lie in the quarantine of the spool.',
    ({ quarantinedBytes }) => quarantinedBytes,
  );
  gauge(
    'stitchd_events_quarantine_files',
    'Files that lie in the quarantine of the spool: refused batches and damaged segments.',
    ({ quarantinedFiles }) => quarantinedFiles,
  );
  gauge(
    'stitchd_events_spool_unreadable_segments',
    'Files of the spool that are kept and not shipped, since another version wrote them or nothing says what they are.',
    ({ unreadableSegments }) => unreadableSegments,
  );
  gauge('stitchd_events_spool_oldest_seconds', 'Age of the oldest items that wait in the spool.', ({ oldestAtMs }) =>
    oldestAtMs === undefined ? 0 : Math.max(0, spool.nowMs() - oldestAtMs) / 1_000,
  );
  return {
    accepted(items, rejectedItems) {
      accepted.inc(items);
      for (const { code } of rejectedItems) rejected.inc({ code });
    },
    limited: (items) => limited.inc(items),
    shipped({ items, quarantinedItems }) {
      shipped.inc(items);
      quarantined.inc(quarantinedItems);
    },
    jobAttempted: (attempt) => jobAttempts.inc({ attempt }),
    forgotten: (table, rows) => forgotten.inc({ table }, rows),
    sweptForOldRows({ environments, failed }) {
      sweeps.inc({ outcome: 'done' }, environments - failed);
      sweeps.inc({ outcome: 'failed' }, failed);
      if (environments > failed) lastSweep.set(Math.floor(spool.nowMs() / 1_000));
    },
  };
}
