import { localTable } from '@stitchd/db/clickhouse';
import type { EventStoreMigration } from './migration.ts';

const column = 'covered_by Array(LowCardinality(String)) CODEC(ZSTD(1)) AFTER holdout';

/** Which holdouts cover the place of an exposure: without it, units that are free can't be compared with those that are held. */
export const coveringHoldouts: EventStoreMigration = {
  name: '0032_covering_holdouts',
  oldestProgram: '0.1.0',
  statements({ cluster }) {
    if (cluster === undefined) return [`ALTER TABLE exposure ADD COLUMN IF NOT EXISTS ${column}`];
    const plain = column.replace(' CODEC(ZSTD(1))', '');
    return [
      `ALTER TABLE ${localTable('exposure')} ON CLUSTER \`${cluster}\` ADD COLUMN IF NOT EXISTS ${column}`,
      `ALTER TABLE exposure ON CLUSTER \`${cluster}\` ADD COLUMN IF NOT EXISTS ${plain}`,
    ];
  },
};
