import { quarantineDays } from '../quarantine/quarantine-limits.ts';
import type { EventStoreMigration } from './migration.ts';
import { createTable, type TableTemplate } from './table-target.ts';

/**
 * Events that nobody has defined. A row stands for an item; what was decided about it is a later row in its place: 0 it waits,
 * 1 its definition refuses it and says why, 2 it is among the events.
 */
const quarantinedEvent: TableTemplate = {
  name: 'quarantined_event',
  columns: [
    'environment_id UUID',
    'item_id UUID',
    "at DateTime64(3, 'UTC')",
    'skew_ms Int64',
    "accepted_at DateTime64(3, 'UTC')",
    "stored_at DateTime64(3, 'UTC') DEFAULT now64(3)",
    'units Map(LowCardinality(String), String)',
    'sdk LowCardinality(String)',
    'sdk_version LowCardinality(String)',
    // Whatever was sent, in any number: no low cardinality.
    'event String',
    // `none`, `boolean` or `number`: what was sent, for nothing says yet what is due.
    'value_kind LowCardinality(String)',
    'value Float64',
    'properties String CODEC(ZSTD(1))',
    'state UInt8 DEFAULT 0',
    "problem String DEFAULT ''",
    "decided_at DateTime64(3, 'UTC') DEFAULT toDateTime64(0, 3, 'UTC')",
    // What was decided stays over what waits, and the later decision over the earlier.
    'place_rank UInt64 DEFAULT bitShiftLeft(toUInt64(state), 56) + toUnixTimestamp64Milli(decided_at)',
  ],
  engine: 'Replacing',
  engineArguments: ['place_rank'],
  layout: `PARTITION BY toYYYYMM(UUIDv7ToDateTime(item_id, 'UTC')) ORDER BY (environment_id, event, item_id) TTL toDateTime(accepted_at) + INTERVAL ${quarantineDays} DAY`,
  settings: { fsync_after_insert: 1, fsync_part_directory: 1 },
  deduplicationWindow: 10_000,
  shardBy: 'cityHash64(environment_id, item_id)',
};

export const quarantinedEvents: EventStoreMigration = {
  name: '0003_quarantined_events',
  oldestProgram: '0.1.0',
  statements: (target) => createTable(quarantinedEvent, target),
};
