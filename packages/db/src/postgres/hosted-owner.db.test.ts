import { mkdtemp, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPostgres, type EmbeddedPostgres } from '@stitchd/embedded';
import { enterOrganisation, findFirstOwner, insertMember, insertOrganisation, insertUser } from '../auth/index.ts';
import { createDatabase, migratePostgres, migrationNames, readSchemaState } from './index.ts';

// A hosted PostgreSQL gives nobody a superuser: only a role that may create roles, and a database of its own.

let directory: string;
let postgres: EmbeddedPostgres;
let hostedUrl: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-hosted-'));
  postgres = await startPostgres({ dataDirectory: directory, log: () => undefined });
  const superuser = new pg.Client({ connectionString: postgres.url });
  await superuser.connect();
  await superuser.query('create role hosted login createrole nosuperuser nobypassrls');
  await superuser.query('create database hosted owner hosted');
  await superuser.end();
  hostedUrl = postgres.url.replace(/^(postgresql:\/\/)[^@]*@([^/]*)\/[^?]*/, '$1hosted@$2/hosted');
});
afterAll(async () => {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
});

test('All migrations run as an owner who is no superuser, and the services work under that owner', async () => {
  const troubles: string[] = [];
  const { applied } = await migratePostgres(hostedUrl, (line) => troubles.push(line));
  expect(troubles).toEqual([]);
  expect(applied).toEqual(migrationNames());
  expect(await readSchemaState(hostedUrl, migrationNames(), '0.1.0')).toEqual({ kind: 'current' });
  expect((await migratePostgres(hostedUrl, () => undefined)).applied).toEqual([]);

  const database = createDatabase({ url: hostedUrl, applicationName: 'test' });
  const [organisationId, userId] = [randomUUID(), randomUUID()];
  await database.beforeTenant(async (tx) => {
    await enterOrganisation(tx, organisationId);
    await insertOrganisation(tx, { id: organisationId, key: 'hosted', name: 'Hosted' });
    await insertUser(tx, { id: userId, email: 'ada@example.org', name: 'Ada' });
    await insertMember(tx, { organisation_id: organisationId, user_id: userId, role: 'owner' });
  });
  expect(await database.beforeTenant(findFirstOwner)).toEqual({ user_id: userId, organisation_id: organisationId });
  await database.close();
});

test('That owner itself sees no tenant either: row-level security is forced', async () => {
  const client = new pg.Client({ connectionString: hostedUrl });
  await client.connect();
  const { rows } = await client.query('select current_user as who, (select count(*) from auth.organisation) as organisations');
  expect(rows).toEqual([{ who: 'hosted', organisations: 0 }]);
  await client.end();
});
