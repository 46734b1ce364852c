import { localTable } from '@stitchd/db/clickhouse';
import { linkingTables, linkRows, type LinkingTable } from '../identity/link-rows.ts';
import { usageByHour } from '../usage/usage-by-hour.ts';
import { usageStorageLimits } from '../usage/usage-storage-limits.ts';
import type { EventStoreMigration } from './migration.ts';
import { createTable, type TableTarget, type TableTemplate } from './table-target.ts';

/** What summaries said of an hour, all of them together. A row that is written again says as much or more. */
const flagUsageHour: TableTemplate = {
  name: 'flag_usage_hour',
  engine: 'Aggregating',
  columns: [
    'environment_id UUID',
    'flag LowCardinality(String)',
    "hour DateTime('UTC')",
    'sdk LowCardinality(String)',
    'sdk_version LowCardinality(String)',
    'variant LowCardinality(String)',
    'reason LowCardinality(String)',
    "last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC'))",
    'evaluations SimpleAggregateFunction(max, UInt64)',
    'deliveries SimpleAggregateFunction(max, UInt64)',
  ],
  layout: `PARTITION BY toYYYYMM(hour) ORDER BY (environment_id, flag, hour, sdk, sdk_version, variant, reason) TTL hour + INTERVAL ${usageStorageLimits.hourDays} DAY`,
  settings: {},
  deduplicationWindow: 10_000,
  shardBy: 'cityHash64(environment_id, flag)',
};

/**
 * Summaries of usage, which pages send by the million, become rows by the hour; and links between keys know when they were seen
 * last, so that those of which nothing comes any more can be forgotten.
 */
export const rolledUpUsage: EventStoreMigration = {
  name: '0041_rolled_up_usage',
  oldestProgram: '0.1.0',
  statements: (target) => [
    ...createTable(flagUsageHour, target),
    `INSERT INTO flag_usage_hour (environment_id, flag, hour, sdk, sdk_version, variant, reason, last_at, evaluations, deliveries) ${usageByHour('1')}`,
    `ALTER TABLE ${real('flag_usage', target)} MODIFY TTL hour + INTERVAL ${usageStorageLimits.summaryDays} DAY SETTINGS materialize_ttl_after_modify = 0`,
    ...lastSeen(target),
    ...linkingTables.flatMap((table) => linkView(table, target)),
    ...linkingTables.map((table) => `INSERT INTO identity_link ${linkRows(table)}`),
  ],
};

function real(table: string, { cluster }: TableTarget): string {
  return cluster === undefined ? table : `${localTable(table)} ON CLUSTER \`${cluster}\``;
}

function lastSeen(target: TableTarget): readonly string[] {
  const column = 'ADD COLUMN IF NOT EXISTS last_seen_ms SimpleAggregateFunction(max, Int64) DEFAULT first_seen_ms';
  const added = `ALTER TABLE ${real('identity_link', target)} ${column}`;
  if (target.cluster === undefined) return [added];
  return [added, `ALTER TABLE identity_link ON CLUSTER \`${target.cluster}\` ${column}`];
}

/** Fed by every insert: it may see a row twice, which a smallest and a largest time do not mind. */
function linkView(table: LinkingTable, { cluster }: TableTarget): readonly string[] {
  const onCluster = cluster === undefined ? '' : ` ON CLUSTER \`${cluster}\``;
  const rows = linkRows(cluster === undefined ? table : localTable(table));
  return [
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${table}_links${onCluster} TO identity_link AS ${rows}`,
    // One that was there before does not know the new column.
    `ALTER TABLE ${table}_links${onCluster} MODIFY QUERY ${rows}`,
  ];
}
