import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tenantTables } from '@stitchd/db/clickhouse';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { eventStoreMigrations } from './index.ts';
import { eventStoreState, EventStoreMigrationError, migrateEventStore, type Exclusively } from './migrate-event-store.ts';
import type { EventStoreMigration } from './migration.ts';

let fresh: TestEventStore;
const alone: Exclusively = (work) => work();
const names = eventStoreMigrations.map(({ name }) => name);

beforeAll(async () => {
  fresh = await createTestEventStore({ empty: true });
});
afterAll(() => fresh.drop());

test('A store that was never migrated is behind, migrating it makes it current, and again changes nothing', async () => {
  expect(await eventStoreState(fresh.store, '0.1.0')).toEqual({ kind: 'behind', missing: names });
  expect(await migrateEventStore(fresh.store, { exclusively: alone })).toEqual({ applied: names });
  expect(await migrateEventStore(fresh.store, { exclusively: alone })).toEqual({ applied: [] });
  expect(await eventStoreState(fresh.store, '0.1.0')).toEqual({ kind: 'current' });
});

test('A program older than the schema allows is told which one it needs', async () => {
  expect(await eventStoreState(fresh.store, '0.0.9')).toEqual({ kind: 'program-too-old', oldestProgram: '0.1.0' });
});

test('A step that fails is named with its statement, is not recorded, and stops the ones after it', async () => {
  const step = (name: string, statement: string): EventStoreMigration => ({
    name,
    oldestProgram: '0.1.0',
    statements: () => [statement],
  });
  const migrations = [
    step('9001_good', 'CREATE TABLE IF NOT EXISTS good (a Int32) ENGINE = Memory'),
    step('9002_bad', 'CREATE TABLE bad (a Nonsense) ENGINE = Memory'),
    step('9003_after', 'CREATE TABLE after (a Int32) ENGINE = Memory'),
  ];
  const run = migrateEventStore(fresh.store, { exclusively: alone, migrations });
  await expect(run).rejects.toThrow(EventStoreMigrationError);
  await expect(run).rejects.toThrow(/9002_bad.*CREATE TABLE bad/);
  const recorded = await fresh.store.systemQuery<{ name: string }>('SELECT name FROM schema_migration');
  expect(recorded.map(({ name }) => name)).toEqual(expect.arrayContaining(['9001_good']));
  expect(recorded.map(({ name }) => name)).not.toContain('9002_bad');
  expect(await fresh.store.systemQuery("SELECT name FROM system.tables WHERE name = 'after'")).toEqual([]);
});

test('Every table with rows of tenants is known to the tenant filters', async () => {
  const rows = await fresh.store.systemQuery<{ table: string }>(
    "SELECT DISTINCT table FROM system.columns WHERE database = currentDatabase() AND name = 'environment_id' ORDER BY table",
  );
  expect(rows.map(({ table }) => table)).toEqual([...tenantTables].toSorted());
});

test('A batch of raw items is synced before it is acknowledged: its files and their directory', async () => {
  const tables = await fresh.store.systemQuery<{ name: string; engine_full: string }>(
    "SELECT name, engine_full FROM system.tables WHERE database = currentDatabase() AND name IN ('event', 'exposure') ORDER BY name",
  );
  expect(tables.map(({ name }) => name)).toEqual(['event', 'exposure']);
  for (const { engine_full: engine } of tables)
    expect(engine).toMatch(/SETTINGS .*fsync_after_insert = 1, fsync_part_directory = 1/);
  const environmentId = randomUUID();
  const item = { environment_id: environmentId, at: '2026-01-01 00:00:00.000', accepted_at: '2026-01-01 00:00:00.000' };
  for (const { name } of tables)
    await fresh.store.insertRows(name, [{ ...item, item_id: randomUUID(), units: { user: 'u-1' } }], { token: randomUUID() });
  const counted = await fresh.store.query<{ rows: number }>({
    environmentId,
    sql: ['event', 'exposure']
      .map((table) => `SELECT toUInt32(count()) AS rows FROM ${table} WHERE environment_id = {environmentId:UUID}`)
      .join(' UNION ALL '),
  });
  expect(counted).toEqual([{ rows: 1 }, { rows: 1 }]);
});

test('On a cluster every table is replicated behind a distributed one', () => {
  const statements = eventStoreMigrations.flatMap((migration) => migration.statements({ cluster: 'main' }));
  expect(statements.filter((text) => /^CREATE TABLE IF NOT EXISTS \w+ ON CLUSTER `main`/.test(text))).toHaveLength(
    statements.length,
  );
  for (const table of tenantTables) {
    expect(statements.some((text) => text.includes(`${table}_local`) && text.includes('ReplicatedMergeTree('))).toBe(true);
    expect(statements.some((text) => text.includes(`Distributed('main', currentDatabase(), '${table}_local'`))).toBe(true);
  }
  expect(statements.join('\n')).not.toContain('non_replicated_deduplication_window');
});
