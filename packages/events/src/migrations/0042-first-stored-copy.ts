import { localTable } from '@stitchd/db/clickhouse';
import type { EventStoreMigration } from './migration.ts';

/** What ranks between copies that were stored at once may differ by: 2²⁰ ms, a quarter of an hour, of which half lies on either side. */
const span = 1_048_576;

/**
 * Of the copies of an item the one stored first stays; of those stored at once, the one accepted first. Whoever reads what was stored since
 * it looked last would else meet an item again: its copy out of the spool of a replica that was away, accepted first and stored hours later,
 * replaced the one that had been counted, and left no trace of it. Ranks that are there are higher than all of these.
 */
const rank = `bitNot(toUInt64(toUnixTimestamp64Milli(stored_at)) * ${span} + toUInt64(least(greatest(toUnixTimestamp64Milli(accepted_at) - toUnixTimestamp64Milli(stored_at) + ${span / 2}, 0), ${span - 1})))`;

export const firstStoredCopy: EventStoreMigration = {
  name: '0042_first_stored_copy',
  oldestProgram: '0.1.0',
  statements: ({ cluster }) =>
    ['event', 'exposure', 'identify']
      .flatMap((table) =>
        cluster === undefined ? [table] : [localTable(table), table].map((each) => `${each} ON CLUSTER \`${cluster}\``),
      )
      .map((table) => `ALTER TABLE ${table} MODIFY COLUMN copy_rank DEFAULT ${rank}`),
};
