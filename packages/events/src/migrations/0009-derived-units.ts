import { itemColumns, rawTable } from './0002-units-in-order.ts';
import type { EventStoreMigration } from './migration.ts';
import { createTable, type TableTemplate } from './table-target.ts';

/** Statements that two keys are of one person or thing, as they were sent. */
const identify: TableTemplate = { ...rawTable, name: 'identify', columns: itemColumns, layout: layoutOfIdentify() };

function layoutOfIdentify(): string {
  const madeAt = "UUIDv7ToDateTime(item_id, 'UTC')";
  return `PARTITION BY toYYYYMM(${madeAt}) ORDER BY (environment_id, toStartOfHour(${madeAt}), uid, item_id)`;
}

/** Which keys belong together, from each to the other. Only the earliest times are kept, so that writing a link again is harmless. */
const identityLink: TableTemplate = {
  name: 'identity_link',
  columns: [
    'environment_id UUID',
    'kind LowCardinality(String)',
    'uid UInt64',
    'other_kind LowCardinality(String)',
    'other_uid UInt64',
    'first_seen_ms SimpleAggregateFunction(min, Int64)',
    "stored_at SimpleAggregateFunction(min, DateTime64(3, 'UTC'))",
  ],
  engine: 'Aggregating',
  layout: 'ORDER BY (environment_id, kind, uid, other_kind, other_uid)',
  settings: {},
  deduplicationWindow: 10_000,
  shardBy: 'cityHash64(environment_id, uid)',
};

/**
 * The units of an experiment's iteration: when each was exposed first and to what, and what it has of every metric. A row is
 * always written whole, and the last one written counts.
 */
const experimentUnit: TableTemplate = {
  name: 'experiment_unit',
  columns: [
    'environment_id UUID',
    'iteration_id UUID',
    // The hash of all that decides what is in the row: arms, period, metrics, exclusions.
    'plan UInt64',
    'uid UInt64',
    // Which computation wrote it: the end of what it had read, epoch milliseconds.
    'derived_until UInt64',
    // Time of the first exposure in milliseconds, times 256, plus the index of its arm.
    'first_exposure UInt64',
    // A bit for each arm that the unit saw; at most 32 arms.
    'arms_seen UInt32',
    // By place in the plan: numbers of metrics, and lists of numbers.
    'numbers Array(Float64) CODEC(ZSTD(1))',
    'lists Array(Array(Float64)) CODEC(ZSTD(1))',
  ],
  engine: 'Replacing',
  engineArguments: ['derived_until'],
  layout: 'ORDER BY (environment_id, iteration_id, plan, uid)',
  settings: {},
  deduplicationWindow: 10_000,
  shardBy: 'cityHash64(environment_id, uid)',
};

/** Tables that are made from the raw ones. What feeds `identity_link` came with a later step, which made it anew. */
export const derivedUnits: EventStoreMigration = {
  name: '0009_derived_units',
  oldestProgram: '0.1.0',
  statements: (target) => [identify, identityLink, experimentUnit].flatMap((table) => createTable(table, target)),
};
