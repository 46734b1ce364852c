import { openLog, prepareProcess } from '../prepare-process.ts';
import { migrateStores } from '../stores/migrate-stores.ts';
import { findStores } from '../stores/open-stores.ts';

/** `stitchd migrate`: brings both schemas up to date. */
export async function migrate(options: { readonly json: boolean }): Promise<void> {
  const prepared = prepareProcess(process.env);
  const log = openLog(prepared, 'standard-error');
  const report = await migrateStores(
    findStores(prepared.platform, prepared.directory),
    prepared.platform.clickhouseCluster,
    (line) => log.warn({ line }, 'migration'),
  );
  if (options.json) process.stdout.write(`${JSON.stringify(report)}\n`);
  else process.stdout.write(`PostgreSQL: ${list(report.postgres)}\nClickHouse: ${list(report.clickhouse)}\n`);
}

function list(applied: readonly string[]): string {
  return applied.length === 0 ? 'up to date' : `applied ${applied.join(', ')}`;
}
