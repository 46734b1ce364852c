import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startStores } from '@stitchd/embedded';
import { migratePostgres } from '@stitchd/db/postgres';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The owner's connection string of a migrated database that tests copy; see createTestDatabase. */
    readonly postgresTemplateUrl: string;
    /**
     * Where ClickHouse answers, with no database of anybody's in it; see createTestEventStore. STITCHD_TEST_CLICKHOUSE_URL names
     * a server to use instead of the embedded engine.
     */
    readonly clickhouseUrl: string;
  }
}

const noLog = (): void => undefined;

/** One real PostgreSQL and one real ClickHouse for the whole run: each test file has databases of its own in them. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-test-'));
  const stores = await startStores(directory, noLog);
  await migratePostgres(stores.postgres.url, console.error);
  project.provide('postgresTemplateUrl', stores.postgres.url);
  project.provide('clickhouseUrl', process.env['STITCHD_TEST_CLICKHOUSE_URL'] ?? stores.clickhouse.url);
  return async () => {
    await stores.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
