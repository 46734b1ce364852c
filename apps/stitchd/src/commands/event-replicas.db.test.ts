import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { forgetEventReplica, listEventReplicas } from './event-replicas.ts';

let folder: string;
let stores: TestDatabase;
let database: Database;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'stitchd-replicas-'));
  stores = await createTestDatabase();
  database = createDatabase({ url: stores.url, applicationName: 'test' });
  vi.stubEnv('STITCHD_DATA_DIR', folder);
  vi.stubEnv('STITCHD_DATABASE_URL', stores.url);
  vi.stubEnv('STITCHD_CLICKHOUSE_URL', 'http://127.0.0.1:9/stitchd');
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  vi.unstubAllEnvs();
  await database.close();
  await stores.drop();
  rmSync(folder, { recursive: true });
});

/** A replica whose last report came so many seconds ago. */
async function reported(place: string, seconds: number, oldest: number | null): Promise<string> {
  const id = randomUUID();
  await database.beforeTenant((tx) =>
    sql`insert into event.spool_replica values (${id}, ${place},
      now() - make_interval(secs => ${seconds}), now() - make_interval(secs => ${oldest}::float))`.execute(tx),
  );
  return id;
}

/** What a command prints. */
async function printed(command: () => Promise<void>): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await command();
  const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
  write.mockRestore();
  return text;
}

async function listed(): Promise<readonly unknown[]> {
  const { replicas } = JSON.parse(await printed(() => listEventReplicas({ json: true }))) as { replicas: unknown[] };
  return replicas;
}

test('Replicas are listed with what they said last; one that is silent can be forgotten, one that runs can not', async () => {
  expect(await printed(() => listEventReplicas({ json: false }))).toBe('No replica keeps a spool.\n');
  const lost = await reported('host-1:/spool', 7_200, 9_000);
  const empty = await reported('host-2:/spool', 181, null);
  const running = await reported('host-3:/spool', 1, null);
  expect(await listed()).toMatchObject([
    { id: lost, place: 'host-1:/spool', waitingSince: expect.any(String) as string, isSilent: true },
    { id: empty, waitingSince: null, isSilent: true },
    { id: running, isSilent: false },
  ]);
  const text = await printed(() => listEventReplicas({ json: false }));
  expect(text).toMatch(new RegExp(`${lost} {2}host-1:/spool\\n {2}silent since \\S+Z; then items waited since \\S+Z\\n`));
  expect(text).toContain(`${running}  host-3:/spool\n  runs; nothing waited\n`);

  await expect(forgetEventReplica(running, { json: false })).rejects.toThrow(/so it runs/);
  await expect(forgetEventReplica('host-1', { json: false })).rejects.toThrow('there is no replica "host-1"');
  expect(await listed()).toHaveLength(3);
  const told = await printed(() => forgetEventReplica(lost.toUpperCase(), { json: false }));
  expect(told).toContain(`${lost} of host-1:/spool is forgotten.`);
  expect(told).toMatch(/What it accepted from \S+Z on and did not store is in no result/);
  expect(JSON.parse(await printed(() => forgetEventReplica(empty, { json: true })))).toMatchObject({ forgotten: { id: empty } });
  expect(await listed()).toMatchObject([{ id: running }]);
});
