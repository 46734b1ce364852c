import type { EventStoreMigration } from './migration.ts';
import { createTable, type TableTemplate } from './table-target.ts';

/** What an acknowledged batch survives: loss of power, too, for both its files and their names in the directory are synced. */
const durable = { fsync_after_insert: 1, fsync_part_directory: 1 };

/** Batches; at one a second, almost three hours of retries. Older retries are stored twice and counted once. */
const deduplicationWindow = 10_000;

const itemColumns = [
  'environment_id UUID',
  // UUIDv7, made by the SDK: the identity of an item within its environment.
  'item_id UUID',
  // When it happened by the clock of whoever sent it.
  "at DateTime64(3, 'UTC')",
  // What brings `at` to our clock: 0 unless the clocks differed by more than five minutes.
  'skew_ms Int64',
  // When its batch arrived, and when this row was stored.
  "accepted_at DateTime64(3, 'UTC')",
  "stored_at DateTime64(3, 'UTC') DEFAULT now64(3)",
  // By context kind: its key.
  'units Map(LowCardinality(String), String)',
  // The key by which rows lie together: of the user where there is one.
  "unit String DEFAULT if(mapContains(units, 'user'), units['user'], arrayElement(mapValues(mapSort(units)), 1))",
];

const layout = (name: string): string =>
  `PARTITION BY toYYYYMM(stored_at) ORDER BY (environment_id, ${name}, toStartOfHour(stored_at), unit)`;

const shardBy = 'cityHash64(environment_id, item_id)';

const event: TableTemplate = {
  name: 'event',
  columns: [
    ...itemColumns,
    'event LowCardinality(String)',
    // 0 for an event without a value.
    'value Float64',
    // JSON; empty where there are none.
    'properties String CODEC(ZSTD(1))',
  ],
  layout: layout('event'),
  settings: durable,
  deduplicationWindow,
  shardBy,
};

const exposure: TableTemplate = {
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
  ],
  layout: layout('flag'),
  settings: durable,
  deduplicationWindow,
  shardBy,
};

export const rawItems: EventStoreMigration = {
  name: '0001_raw_items',
  oldestProgram: '0.1.0',
  statements: (target) => [event, exposure].flatMap((template) => createTable(template, target)),
};
