import type { EventStoreMigration } from './migration.ts';
import { createTable, type TableTemplate } from './table-target.ts';

const rejectedItem: TableTemplate = {
  name: 'rejected_item',
  columns: [
    'environment_id UUID',
    "accepted_at DateTime64(3, 'UTC')",
    "stored_at DateTime64(3, 'UTC') DEFAULT now64(3)",
    'sdk LowCardinality(String)',
    'sdk_version LowCardinality(String)',
    // As it came; empty where the row stands for several, or there was none.
    'item_id String',
    'type LowCardinality(String)',
    // Of the event or flag, where it can be one.
    'key String',
    'code LowCardinality(String)',
    'message String',
    // How many items the row stands for.
    'items UInt32',
    'INDEX stored stored_at TYPE minmax GRANULARITY 1',
  ],
  layout: 'PARTITION BY toDate(accepted_at) ORDER BY (environment_id, accepted_at) TTL toDateTime(accepted_at) + INTERVAL 7 DAY',
  settings: { ttl_only_drop_parts: 1 },
  deduplicationWindow: 10_000,
  shardBy: 'cityHash64(environment_id, item_id)',
};

/** What was refused, for those who look for the reason. Nothing of it says who an item was about. */
export const rejectedItems: EventStoreMigration = {
  name: '0027_rejected_items',
  oldestProgram: '0.1.0',
  statements: (target) => createTable(rejectedItem, target),
};
