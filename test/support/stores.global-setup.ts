import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { startPostgres } from '@stitchd/embedded';
import { migratePostgres } from '@stitchd/db/postgres';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The owner's connection string of a migrated database that tests copy; see createTestDatabase. */
    readonly postgresTemplateUrl: string;
  }
}

const noLog = (): void => undefined;

/** One real PostgreSQL for the whole run: each test file copies the migrated template. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-test-'));
  const postgres = await startPostgres({ dataDirectory: directory, log: noLog });
  await migratePostgres(postgres.url, console.error);
  project.provide('postgresTemplateUrl', postgres.url);
  return async () => {
    await postgres.stop();
    await rm(directory, { recursive: true, force: true });
  };
}
