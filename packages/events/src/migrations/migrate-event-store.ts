import { clickhouseLimits, type EventStore } from '@stitchd/db/clickhouse';
import { eventStoreMigrations } from './index.ts';
import type { EventStoreMigration, MigrationStatement } from './migration.ts';
import { isTableMissing, readAppliedMigrations } from './applied-migrations.ts';

/** Runs one piece of work while nobody else in the installation runs it: see `withEventStoreLock` of @stitchd/db/event. */
export type Exclusively = <T>(work: () => Promise<T>) => Promise<T>;

export interface EventStoreMigrationOutcome {
  /** Names of the steps that were applied now; empty where there was nothing to do. */
  readonly applied: readonly string[];
}

/** A step that failed; what it had already done stays, and running it again continues it. */
export class EventStoreMigrationError extends Error {
  constructor(migration: string, statement: string, cause: unknown) {
    const [head = ''] = statement.split('\n');
    super(`migration ${migration} of ClickHouse failed at "${head}": ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
    this.name = 'EventStoreMigrationError';
  }
}

/**
 * Brings the event store's schema up to date, creating its database where there is none.
 *
 * @param options.exclusively - the lock of the installation. It lies in PostgreSQL: ClickHouse has none, and on a cluster
 *   two migrations could meet on different servers.
 * @throws EventStoreMigrationError naming the step and the statement; EventStoreFailure where the store does not answer
 */
export async function migrateEventStore(
  store: EventStore,
  options: { readonly exclusively: Exclusively; readonly migrations?: readonly EventStoreMigration[] },
): Promise<EventStoreMigrationOutcome> {
  const migrations = options.migrations ?? eventStoreMigrations;
  return options.exclusively(async () => {
    await store.createDatabaseIfMissing();
    for (const statement of migrationTableStatements(store.cluster)) await store.command(statement);
    const present = new Set((await readAppliedMigrations(store)).map(({ name }) => name));
    const applied: string[] = [];
    for (const migration of migrations) {
      if (present.has(migration.name)) continue;
      await apply(store, migration);
      applied.push(migration.name);
    }
    return { applied };
  });
}

async function apply(store: EventStore, migration: EventStoreMigration): Promise<void> {
  for (const statement of migration.statements({ cluster: store.cluster })) {
    await run(store, statement).catch((error: unknown) => {
      throw new EventStoreMigrationError(migration.name, typeof statement === 'string' ? statement : statement.sql, error);
    });
  }
  await store.insertRows('schema_migration', [{ name: migration.name, oldest_program: migration.oldestProgram }], {
    token: migration.name,
  });
}

async function run(store: EventStore, statement: MigrationStatement): Promise<void> {
  const { sql, unless } = typeof statement === 'string' ? { sql: statement, unless: undefined } : statement;
  if (unless !== undefined && (await store.systemQuery(unless)).length > 0) return;
  // Copies of whole tables take as long as there are rows.
  await store.command(sql, { seconds: clickhouseLimits.migrationSeconds });
}

function migrationTableStatements(cluster: string | undefined): readonly string[] {
  const columns = "(name String, oldest_program String, applied_at DateTime64(3, 'UTC') DEFAULT now64(3))";
  // On a cluster every server holds all of it, whatever its shard.
  const engine =
    cluster === undefined
      ? 'MergeTree'
      : "ReplicatedMergeTree('/clickhouse/tables/{database}/schema_migration', '{shard}-{replica}')";
  const onCluster = cluster === undefined ? '' : `ON CLUSTER \`${cluster}\` `;
  return [`CREATE TABLE IF NOT EXISTS schema_migration ${onCluster}${columns} ENGINE = ${engine} ORDER BY name`];
}

export type EventStoreState =
  | { readonly kind: 'current' }
  | { readonly kind: 'behind'; readonly missing: readonly string[] }
  | { readonly kind: 'program-too-old'; readonly oldestProgram: string };

/**
 * How a program of this version stands to the event store's schema.
 * @throws EventStoreFailure where the store does not answer
 */
export async function eventStoreState(store: EventStore, programVersion: string): Promise<EventStoreState> {
  const applied = await readAppliedMigrations(store).catch((error: unknown) => {
    if (isTableMissing(error)) return [];
    throw error;
  });
  const present = new Set(applied.map(({ name }) => name));
  const missing = eventStoreMigrations.map(({ name }) => name).filter((name) => !present.has(name));
  if (missing.length > 0) return { kind: 'behind', missing };
  const oldestProgram = applied
    .map(({ oldest_program }) => oldest_program)
    .toSorted(compareVersions)
    .at(-1);
  if (oldestProgram !== undefined && compareVersions(programVersion, oldestProgram) < 0)
    return { kind: 'program-too-old', oldestProgram };
  return { kind: 'current' };
}

/** Compares versions of the form major.minor.patch. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number)) as [number[], number[]];
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
