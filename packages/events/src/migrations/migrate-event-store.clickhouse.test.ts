import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  countRowsOfUnits,
  deleteRows,
  deletionStatement,
  distinctEvents,
  distinctExposures,
  mutationsOf,
  ofUnits,
  tablesOfUnits,
  tenantTables,
} from '@stitchd/db/clickhouse';
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
    `SELECT DISTINCT table FROM system.columns WHERE database = currentDatabase() AND name = 'environment_id'
      AND table NOT IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'MaterializedView') ORDER BY table`,
  );
  expect(rows.map(({ table }) => table)).toEqual(Object.keys(tenantTables).toSorted());
});

test('Every table that holds units says how those of one unit are found, by a condition that the engine takes and without a key', async () => {
  const rows = await fresh.store.systemQuery<{ table: string }>(
    `SELECT DISTINCT table FROM system.columns WHERE database = currentDatabase()
     AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View')
     AND (name IN ('units', 'unit', 'unit_key') OR name = 'uid' OR name LIKE '%\\_uid' OR name LIKE '%\\_uids') ORDER BY table`,
  );
  expect(rows.map(({ table }) => table)).toEqual(tablesOfUnits.toSorted());
  const units = [
    { kind: 'user', hash: '18446744073709551615' },
    { kind: "it's \\ odd", hash: '0' },
  ];
  const counts = await countRowsOfUnits(fresh.store, randomUUID(), units);
  expect([...counts]).toEqual(tablesOfUnits.map((table) => [table, 0]));
  for (const table of tablesOfUnits) {
    expect(tenantTables[table].ofUnit).not.toMatch(/\{unitKey:String\}(?!\))/);
    const where = ofUnits(randomUUID(), table, units);
    expect(where).toContain('18446744073709551615');
    await deleteRows(fresh.store, { table, where, signal: AbortSignal.timeout(30_000) });
  }
});

test('On a cluster rows are deleted on every shard, and a deletion is done when it is on every replica', () => {
  expect(deletionStatement('event', 'a = 1', 'main')).toBe('ALTER TABLE event_local ON CLUSTER `main` DELETE WHERE a = 1');
  expect(deletionStatement('event', 'a = 1', undefined)).toBe('ALTER TABLE event DELETE WHERE a = 1');
  expect(mutationsOf('main')).toBe("clusterAllReplicas('main', system.mutations)");
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

test('Rows from before are carried over, also where a crash came in the middle', async () => {
  const [first, second] = eventStoreMigrations;
  const statements = second?.statements({ cluster: undefined }) ?? [];
  const environmentId = randomUUID();
  const at = '2026-01-01 00:00:00.000';
  const row = (units: object) => ({
    environment_id: environmentId,
    item_id: randomUUID(),
    at,
    accepted_at: at,
    stored_at: at,
    units,
  });
  const events = [
    { user: 'u-1', device: 'd-1' },
    { device: 'd-2', account: 'a-2' },
  ].map((units) => ({
    ...row(units),
    event: 'purchase',
    value: 2.5,
    properties: '{"a":1}',
  }));
  const exposures = [{ ...row({ user: 'u-1' }), flag: 'f', variant: 'on' }];
  // Of the first table: made, copied, renamed, copied again.
  for (const done of [2, 3, 4]) {
    const { store, drop } = await createTestEventStore({ empty: true });
    await migrateEventStore(store, { exclusively: alone, migrations: first === undefined ? [] : [first] });
    await store.insertRows('event', [...events, ...events], { token: 'a' });
    await store.insertRows('exposure', exposures, { token: 'b' });
    for (const statement of statements.slice(0, done))
      await store.command(typeof statement === 'string' ? statement : statement.sql);
    await migrateEventStore(store, { exclusively: alone });
    const columns = ['event', 'value', 'properties', 'units', 'unit_kind', 'unit', 'stored_at'];
    const hashed = `uid = cityHash64(unit_kind, unit) AND other_uids = if(unit_kind = 'user', map('device', cityHash64('device', 'd-1')), map('device', cityHash64('device', 'd-2')))`;
    const sql = `SELECT * EXCEPT item_id FROM ${distinctEvents({ columns, where: [hashed] })} ORDER BY unit`;
    const stored_at = '2026-01-01T00:00:00.000Z';
    const same = { event: 'purchase', value: 2.5, properties: '{"a":1}', stored_at };
    expect(await store.query({ environmentId, sql })).toEqual([
      { ...same, units: { device: 'd-2', account: 'a-2' }, unit_kind: 'account', unit: 'a-2' },
      { ...same, units: { user: 'u-1', device: 'd-1' }, unit_kind: 'user', unit: 'u-1' },
    ]);
    const exposed = `SELECT flag, variant, unit FROM ${distinctExposures({ columns: ['flag', 'variant', 'unit'] })}`;
    expect(await store.query({ environmentId, sql: exposed })).toEqual([{ flag: 'f', variant: 'on', unit: 'u-1' }]);
    const left = await store.systemQuery(
      `SELECT name FROM system.tables WHERE database = currentDatabase() AND match(name, '_[12]$')`,
    );
    expect(left).toEqual([]);
    await drop();
  }
});

test('On a cluster every table is replicated behind a distributed one', () => {
  const statements = eventStoreMigrations
    .flatMap((migration) => migration.statements({ cluster: 'main' }))
    .map((statement) => (typeof statement === 'string' ? statement : statement.sql));
  for (const text of statements.filter((one) => !one.startsWith('INSERT INTO '))) expect(text).toContain('ON CLUSTER `main`');
  for (const table of Object.keys(tenantTables)) {
    expect(statements.some((text) => text.includes(`${table}_local`) && /Replicated\w*MergeTree\(/.test(text))).toBe(true);
    expect(statements.some((text) => text.includes(`Distributed('main', currentDatabase(), '${table}_local'`))).toBe(true);
  }
  expect(statements.join('\n')).not.toContain('non_replicated_deduplication_window');
});
