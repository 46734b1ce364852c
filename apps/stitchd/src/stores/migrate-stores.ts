import { createEventStore } from '@stitchd/db/clickhouse';
import { withEventStoreLock } from '@stitchd/db/event';
import { migrationNames, migratePostgres, readSchemaState } from '@stitchd/db/postgres';
import { eventStoreState, migrateEventStore } from '@stitchd/events';
import { setTimeout as wait } from 'node:timers/promises';
import { programVersion } from '../program-version.ts';
import type { StoreAddresses } from './open-stores.ts';

export interface MigrationReport {
  readonly postgres: readonly string[];
  readonly clickhouse: readonly string[];
}

/** Brings both stores up to date. @throws Error that names what failed; the store that failed is as it was. */
export async function migrateStores(
  addresses: StoreAddresses,
  cluster: string | undefined,
  log: (line: string) => void,
): Promise<MigrationReport> {
  const postgres = await migratePostgres(addresses.databaseOwnerUrl, log);
  const eventStore = createEventStore({ url: addresses.clickhouseUrl, cluster, applicationName: 'stitchd migrate' });
  try {
    const clickhouse = await migrateEventStore(eventStore, {
      exclusively: (work) => withEventStoreLock(addresses.databaseOwnerUrl, work),
    });
    return { postgres: postgres.applied, clickhouse: clickhouse.applied };
  } finally {
    await eventStore.close();
  }
}

const pollIntervalMs = 1_000;

/** What a process that doesn't migrate waits for; undefined: nothing, the schema fits. */
export async function schemaObstacle(addresses: StoreAddresses, cluster: string | undefined): Promise<string | undefined> {
  const state = await readSchemaState(addresses.databaseUrl, migrationNames(), programVersion);
  if (state.kind === 'program-too-old') return tooOld(state.oldestProgram);
  if (state.kind === 'behind') return `the schema lacks ${state.missing.join(', ')}; run "stitchd migrate"`;
  const eventStore = createEventStore({ url: addresses.clickhouseUrl, cluster, applicationName: 'stitchd serve' });
  try {
    const events = await eventStoreState(eventStore, programVersion);
    if (events.kind === 'program-too-old') return tooOld(events.oldestProgram);
    return events.kind === 'behind' ? `the event store lacks ${events.missing.join(', ')}; run "stitchd migrate"` : undefined;
  } finally {
    await eventStore.close();
  }
}

function tooOld(oldestProgram: string): string {
  return `this program is ${programVersion}, and the schema needs ${oldestProgram} or newer`;
}

/** Waits until the schema fits this program; `report` hears each new obstacle. */
export async function waitForSchema(
  addresses: StoreAddresses,
  cluster: string | undefined,
  report: (obstacle: string | undefined) => void,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const obstacle = await schemaObstacle(addresses, cluster).catch(
      (error: unknown) => `a store does not answer: ${String(error)}`,
    );
    report(obstacle);
    if (obstacle === undefined || signal.aborted) return;
    await wait(pollIntervalMs, undefined, { signal }).catch(() => undefined);
  }
}
