import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface TestDatabase {
  /** The owner's connection string; `createDatabase` takes the role stitchd_app by itself. */
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** A migrated database of its own, copied from the run's template in some 50 ms. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const templateUrl = inject('postgresTemplateUrl');
  const template = databaseNameOf(templateUrl);
  const name = `test_${randomBytes(8).toString('hex')}`;
  // From a neutral database: a template in use can't be copied.
  await asOwner(withDatabase(templateUrl, 'template1'), `create database ${name} template ${template}`);
  return {
    url: withDatabase(templateUrl, name),
    drop: () => asOwner(withDatabase(templateUrl, 'template1'), `drop database if exists ${name} with (force)`),
  };
}

function databaseNameOf(url: string): string {
  return /^postgres(?:ql)?:\/\/[^/]*\/([^?]+)/.exec(url)?.[1] ?? 'postgres';
}

function withDatabase(url: string, name: string): string {
  return url.replace(/^(postgres(?:ql)?:\/\/[^/]*\/)[^?]*/, `$1${name}`);
}

async function asOwner(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
