import { localTable } from '@stitchd/db/clickhouse';
import type { EventStoreMigration } from './migration.ts';
import { createTable, type TableTemplate } from './table-target.ts';

/**
 * The units of an experiment's iteration: when each was exposed first and to what, and what it has of every metric, in slots that new
 * events add to. A row is always written whole, and the last one written counts.
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
    // What the first exposure said of the unit: its SDK, its platform, and the experiment's dimensions.
    'labels Array(LowCardinality(String))',
    // By place in the plan, and by how two contents of a place become one: added, the smaller, the larger, one list after the other.
    'sums Array(Float64) CODEC(ZSTD(1))',
    'least_values Array(Float64) CODEC(ZSTD(1))',
    'most_values Array(Float64) CODEC(ZSTD(1))',
    'lists Array(Array(Float64)) CODEC(ZSTD(1))',
    // Items in it that were stored so late that the next computation meets them again.
    'recent Array(UUID) CODEC(ZSTD(1))',
  ],
  engine: 'Replacing',
  engineArguments: ['derived_until'],
  layout: 'ORDER BY (environment_id, iteration_id, plan, uid)',
  // Units of which something is new lie anywhere: small granules spare reading the ones between them.
  settings: { index_granularity: 512 },
  deduplicationWindow: 10_000,
  shardBy: 'cityHash64(environment_id, uid)',
};

/** Rows of units that can be added to. Those that were there are made anew from the items. */
export const unitSlots: EventStoreMigration = {
  name: '0030_unit_slots',
  oldestProgram: '0.1.0',
  statements(target) {
    const { name } = experimentUnit;
    const dropped =
      target.cluster === undefined
        ? [`DROP TABLE IF EXISTS ${name} SYNC`]
        : [name, localTable(name)].map((table) => `DROP TABLE IF EXISTS ${table} ON CLUSTER \`${target.cluster}\` SYNC`);
    return [...dropped, ...createTable(experimentUnit, target)];
  },
};
