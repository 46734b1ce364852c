import {
  countOldRows,
  deleteRows,
  olderRows,
  retainedTables,
  unfinishedDeletions,
  type EventStore,
  type RetainedTable,
} from '@stitchd/db/clickhouse';
import { claimRetentionSweeps, endRetentionSweep, findEnvironmentSettings, type RetentionSweep } from '@stitchd/db/event';
import type { Database } from '@stitchd/db/postgres';
import { rollUpUsage } from '@stitchd/events';
import { withCall, type Logger } from '@stitchd/service-kit';
import { settingsOf } from '../environment-settings/environment-settings.ts';
import type { RunningExperiment } from '../experiments/running-experiments.ts';
import type { EventMetrics } from '../observe/event-metrics.ts';
import { keptFromMs } from './retention-days.ts';
import { retentionLimits } from './retention-limits.ts';

export interface SweepParts {
  readonly database: Database;
  readonly store: EventStore;
  /** Asked in the tenant of the environment. */
  readonly runningExperiments: (environmentId: string) => Promise<readonly RunningExperiment[]>;
  readonly metrics: Pick<EventMetrics, 'forgotten' | 'sweptForOldRows'>;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly log: Logger;
}

interface OldRows {
  readonly environmentId: string;
  readonly beforeMs: number;
  readonly rows: number;
}

/**
 * Rolls up the usage of environments that are due, and deletes what is too old of them: one deletion for each table, for all of
 * them. Replicas take different environments; one that ends half-way leaves its own to be looked through again, which does no harm.
 * @returns how many environments it took: none, and nothing was due
 */
export async function sweepEnvironments(parts: SweepParts, signal: AbortSignal): Promise<number> {
  const { database, log } = parts;
  const token = parts.newId();
  const { leaseMs, environmentsAtOnce: most, sweepMs, retryMs } = retentionLimits;
  const sweeps = await database.beforeTenant((tx) => claimRetentionSweeps(tx, { leaseMs, token, most }));
  const old = new Map<RetainedTable, OldRows[]>();
  const failed = new Set<string>();
  const fail = (environmentIds: readonly string[], error: unknown): void => {
    log.warn({ environmentIds, err: error }, 'usage could not be rolled up, or rows that are too old not be deleted');
    environmentIds.forEach((id) => failed.add(id));
  };
  for (const sweep of sweeps) {
    try {
      await rollUpUsage(parts.store, sweep.environmentId, parts.newId());
      for (const [table, found] of await oldRowsOf(parts, sweep)) old.set(table, [...(old.get(table) ?? []), found]);
    } catch (error) {
      fail([sweep.environmentId], error);
    }
  }
  for (const [table, found] of old) {
    try {
      await deleteFound(parts, table, found, signal);
    } catch (error) {
      fail(
        found.map(({ environmentId }) => environmentId),
        error,
      );
    }
  }
  for (const { organisationId, environmentId } of sweeps) {
    const nextInMs = failed.has(environmentId) ? retryMs : sweepMs;
    await database.inTenant(organisationId, (tx) => endRetentionSweep(tx, environmentId, { token, nextInMs }));
  }
  if (sweeps.length > 0) parts.metrics.sweptForOldRows({ environments: sweeps.length, failed: failed.size });
  return sweeps.length;
}

async function oldRowsOf(parts: SweepParts, sweep: RetentionSweep): Promise<readonly (readonly [RetainedTable, OldRows])[]> {
  const { database, store } = parts;
  const { environmentId, organisationId } = sweep;
  const row = await database.inTenant(organisationId, (tx) => findEnvironmentSettings(tx, environmentId));
  const { retention } = settingsOf(row);
  const nowMs = parts.nowMs();
  const lookUp = async (running: readonly RunningExperiment[]) => {
    const found: [RetainedTable, OldRows][] = [];
    for (const table of retainedTables) {
      const beforeMs = keptFromMs(retention, table, { running, nowMs });
      const rows = await countOldRows(store, table, { environmentId, beforeMs });
      if (rows > 0) found.push([table, { environmentId, beforeMs, rows }]);
    }
    return found;
  };
  const found = await lookUp([]);
  // Most days nothing is old, and nobody has to be asked.
  if (found.length === 0) return found;
  const principal = { kind: 'service', id: 'event-service', name: 'event-service', ...sweep } as const;
  const call = { requestId: `retention-${parts.newId()}`, principal, deadlineMs: undefined };
  const running = await withCall(call, () => parts.runningExperiments(environmentId));
  return running.length === 0 ? found : lookUp(running);
}

async function deleteFound(
  { store, metrics, log }: SweepParts,
  table: RetainedTable,
  found: readonly OldRows[],
  signal: AbortSignal,
): Promise<void> {
  if ((await unfinishedDeletions(store, table)).unfinished >= retentionLimits.deletionsAtOnce)
    throw new Error(`${table} has enough deletions to do`);
  await deleteRows(store, { table, where: olderRows(table, found), signal });
  for (const { environmentId, rows, beforeMs } of found) {
    metrics.forgotten(table, rows);
    log.info({ environmentId, table, rows, before: new Date(beforeMs).toISOString() }, 'deleted rows that were too old');
  }
}
