import { localTable } from '@stitchd/db/clickhouse';
import type { EventStoreMigration, MigrationStatement } from './migration.ts';
import { createTable, type TableTarget, type TableTemplate } from './table-target.ts';

/** What an acknowledged batch survives: loss of power, too, for both its files and their names in the directory are synced. */
const durable = { fsync_after_insert: 1, fsync_part_directory: 1 };

/** Batches; at one a second, almost three hours of retries. Older retries are stored twice and counted once. */
const deduplicationWindow = 10_000;

/** The columns of every table of items. */
export const itemColumns = [
  'environment_id UUID',
  // UUIDv7, made by the SDK: the identity of an item within its environment.
  'item_id UUID',
  // When it happened by the clock of whoever sent it.
  "at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))",
  // What brings `at` to our clock: 0 unless the clocks differed by more than five minutes.
  'skew_ms Int64',
  // When its batch arrived, and when this row was stored.
  "accepted_at DateTime64(3, 'UTC') CODEC(Delta, ZSTD(1))",
  "stored_at DateTime64(3, 'UTC') DEFAULT now64(3) CODEC(Delta, ZSTD(1))",
  // By context kind: its key.
  'units Map(LowCardinality(String), String) CODEC(ZSTD(1))',
  // The kind by which rows lie together: the user where there is one, else the first by name.
  "unit_kind LowCardinality(String) DEFAULT if(mapContains(units, 'user'), 'user', arrayElement(arraySort(mapKeys(units)), 1))",
  'unit String ALIAS units[unit_kind]',
  // The hash of that unit, and of the others by kind. 0 where there is none.
  "uid UInt64 DEFAULT if(units[unit_kind] = '', 0, cityHash64(unit_kind, units[unit_kind]))",
  'other_uids Map(LowCardinality(String), UInt64) DEFAULT mapApply((kind, key) -> (kind, cityHash64(kind, key)), mapFilter((kind, key) -> kind != unit_kind, units)) CODEC(ZSTD(1))',
  // Of the copies of an item the one with the highest stays: the one that was accepted first.
  'copy_rank UInt64 DEFAULT bitNot(toUInt64(toUnixTimestamp64Milli(accepted_at))) CODEC(Delta, ZSTD(1))',
  // What sent it; empty where it did not say.
  'sdk LowCardinality(String)',
  'sdk_version LowCardinality(String)',
  // For reading what is new. Rows of a part were stored within a short time.
  'INDEX stored stored_at TYPE minmax GRANULARITY 1',
];

/** The hour in the item's id, and not when it was stored: copies of an item have to lie together. */
const madeAt = "UUIDv7ToDateTime(item_id, 'UTC')";

const layout = (name: string): string =>
  `PARTITION BY toYYYYMM(${madeAt}) ORDER BY (environment_id, ${name}, toStartOfHour(${madeAt}), uid, item_id)`;

interface RawTable extends TableTemplate {
  /** The columns that were there before. */
  readonly carried: readonly string[];
}

const carriedColumns = ['environment_id', 'item_id', 'at', 'skew_ms', 'accepted_at', 'stored_at', 'units'];
/** How tables of items are kept. */
export const rawTable = {
  settings: durable,
  deduplicationWindow,
  engine: 'Replacing' as const,
  engineArguments: ['copy_rank'],
  shardBy: 'cityHash64(environment_id, uid)',
};

const event: RawTable = {
  ...rawTable,
  name: 'event',
  columns: [
    ...itemColumns,
    'event LowCardinality(String)',
    // 0 for an event without a value.
    'value Float64 CODEC(ZSTD(1))',
    // JSON; empty where there are none.
    'properties String CODEC(ZSTD(1))',
  ],
  layout: layout('event'),
  carried: [...carriedColumns, 'event', 'value', 'properties'],
};

const exposure: RawTable = {
  ...rawTable,
  name: 'exposure',
  columns: [
    ...itemColumns,
    'flag LowCardinality(String)',
    'variant LowCardinality(String)',
    'rule LowCardinality(String)',
    'split LowCardinality(String)',
    // The nil UUID where no iteration ran.
    'iteration_id UUID',
    // The holdout that decided; empty for none.
    'holdout LowCardinality(String)',
    // What the environment records of the context, by name.
    'attributes Map(LowCardinality(String), String) CODEC(ZSTD(1))',
  ],
  layout: layout('iteration_id'),
  carried: [...carriedColumns, 'flag', 'variant', 'rule', 'split', 'iteration_id', 'holdout'],
};

/** Tables in which units lie together and copies of an item side by side; rows that were there are carried over. */
export const unitsInOrder: EventStoreMigration = {
  name: '0002_units_in_order',
  oldestProgram: '0.1.0',
  statements: (target) => [event, exposure].flatMap((table) => replaceTable(table, target)),
};

/**
 * Makes the table beside the old one, copies, and gives it the name; then copies once more what came meanwhile, which changes
 * nothing for rows that are there already.
 */
function replaceTable(table: RawTable, target: TableTarget): readonly MigrationStatement[] {
  const { name, carried } = table;
  const { cluster } = target;
  const [next, old] = [`${name}_2`, `${name}_1`];
  const onCluster = cluster === undefined ? '' : ` ON CLUSTER \`${cluster}\``;
  const real = (of: string): string => (cluster === undefined ? of : localTable(of));
  // After it was renamed, only its parts on the shards are left of the old table.
  const oldRows = cluster === undefined ? old : `cluster('${cluster}', currentDatabase(), '${localTable(old)}')`;
  const isRenamed = `SELECT 1 FROM system.columns WHERE database = currentDatabase() AND table = '${real(name)}' AND name = 'uid'`;
  const isDropped = `SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = '${real(old)}')`;
  return [
    ...createTable({ ...table, name: next }, target).map((sql) => ({ sql, unless: isRenamed })),
    { sql: copyRows(name, next, carried), unless: isRenamed },
    { sql: `RENAME TABLE ${real(name)} TO ${real(old)}, ${real(next)} TO ${real(name)}${onCluster}`, unless: isRenamed },
    ...(cluster === undefined ? [] : distributedAgain(table, next, cluster)),
    { sql: copyRows(oldRows, name, carried), unless: isDropped },
    `DROP TABLE IF EXISTS ${real(old)}${onCluster} SYNC`,
  ];
}

function copyRows(from: string, to: string, carried: readonly string[]): string {
  const columns = carried.join(', ');
  const settings = 'optimize_on_insert = 0, max_partitions_per_insert_block = 0, distributed_foreground_insert = 1';
  return `INSERT INTO ${to} (${columns}) SELECT ${columns} FROM ${from} SETTINGS ${settings}`;
}

/** The table over the shards takes its columns when it is made. */
function distributedAgain({ name, shardBy }: TableTemplate, next: string, cluster: string): readonly string[] {
  return [
    `DROP TABLE IF EXISTS ${next} ON CLUSTER \`${cluster}\` SYNC`,
    `CREATE OR REPLACE TABLE ${name} ON CLUSTER \`${cluster}\` AS ${localTable(name)} ENGINE = Distributed('${cluster}', currentDatabase(), '${localTable(name)}', ${shardBy})`,
  ];
}
