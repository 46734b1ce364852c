import { localTable } from '@stitchd/db/clickhouse';
import type { EventStoreMigration } from './migration.ts';

const column = 'delivered Bool DEFAULT false AFTER covered_by';

/** Whether an exposure was a delivery of all values: results tell how many units were first seen by one. */
export const deliveredExposures: EventStoreMigration = {
  name: '0043_delivered_exposures',
  oldestProgram: '0.1.0',
  statements: ({ cluster }) =>
    (cluster === undefined
      ? ['exposure']
      : [localTable('exposure'), 'exposure'].map((table) => `${table} ON CLUSTER \`${cluster}\``)
    ).map((table) => `ALTER TABLE ${table} ADD COLUMN IF NOT EXISTS ${column}`),
};
