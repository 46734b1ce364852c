import type { EventStoreMigration } from './migration.ts';
import { createTable, type TableTemplate } from './table-target.ts';

/** As of the raw items: a summary that arrives again within almost three hours is not even stored twice. */
const deduplicationWindow = 10_000;

/**
 * One row for each process, hour and answer: summaries of the same item replace each other, for the higher number is the later
 * one. So a summary may come twice, late, or not at all.
 */
const flagUsage: TableTemplate = {
  name: 'flag_usage',
  engine: 'Aggregating',
  columns: [
    'environment_id UUID',
    'item_id UUID',
    // When the process began to count, by our clock.
    "from_at SimpleAggregateFunction(min, DateTime64(3, 'UTC'))",
    "last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))",
    "hour DateTime('UTC') DEFAULT toStartOfHour(from_at)",
    'sdk LowCardinality(String)',
    'sdk_version LowCardinality(String)',
    // Empty for reads that are not told apart.
    'flag LowCardinality(String)',
    // Empty where the caller's fallback was the answer.
    'variant LowCardinality(String)',
    'reason LowCardinality(String)',
    'evaluations SimpleAggregateFunction(max, UInt64)',
    'deliveries SimpleAggregateFunction(max, UInt64)',
  ],
  layout:
    'PARTITION BY toYYYYMM(hour) ORDER BY (environment_id, flag, hour, sdk, sdk_version, variant, reason, item_id) TTL hour + INTERVAL 90 DAY',
  settings: {},
  deduplicationWindow,
  shardBy: 'cityHash64(environment_id, item_id)',
};

const flagSeen: TableTemplate = {
  name: 'flag_seen',
  engine: 'Aggregating',
  columns: [
    'environment_id UUID',
    'flag String',
    // 1970 for never.
    "last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))",
    "last_delivered_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))",
  ],
  layout: 'ORDER BY (environment_id, flag)',
  settings: {},
  deduplicationWindow,
  shardBy: 'cityHash64(environment_id, flag)',
};

const contextAttribute: TableTemplate = {
  name: 'context_attribute',
  engine: 'Aggregating',
  columns: [
    'environment_id UUID',
    'kind LowCardinality(String)',
    'attribute String',
    'type LowCardinality(String)',
    // A frequent value as text; empty in the row that says that the attribute was seen.
    'value String',
    "first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')) DEFAULT last_at",
    "last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))",
    // How often one process looked at a context with this value in an hour, at most.
    'seen SimpleAggregateFunction(max, UInt64)',
  ],
  layout: 'ORDER BY (environment_id, kind, attribute, type, value) TTL toDateTime(last_at) + INTERVAL 90 DAY',
  settings: {},
  deduplicationWindow,
  shardBy: 'cityHash64(environment_id, kind, attribute)',
};

export const usage: EventStoreMigration = {
  name: '0007_usage',
  oldestProgram: '0.1.0',
  statements: (target) => [flagUsage, flagSeen, contextAttribute].flatMap((template) => createTable(template, target)),
};
