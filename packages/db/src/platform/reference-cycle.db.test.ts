import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { createDatabase, type Database } from '../postgres/index.ts';
import { changeEnvironments, findReferenceCycle, publishedBodies, registerEnvironment, type Referent } from './index.ts';

let store: TestDatabase;
let database: Database;
const organisationId = randomUUID();
const environmentId = randomUUID();

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
  await database.inTenant(organisationId, (tx) =>
    registerEnvironment(tx, { environmentId, projectId: randomUUID(), organisationId }),
  );
  await put('a', [flag('b')]);
  await put('b', [segment('beta'), flag('c')]);
  await put('c', []);
});
afterAll(async () => {
  await database.close();
  await store.drop();
});

const flag = (key: string): Referent => ({ kind: 'flag', key });
const segment = (key: string): Referent => ({ kind: 'segment', key });

const put = (key: string, to: readonly Referent[]) =>
  database.inTenant(organisationId, (tx) =>
    changeEnvironments(
      tx,
      randomUUID,
      [environmentId],
      {
        organisationId,
        actor: { kind: 'user', id: 'u', name: 'ada@example.org' },
        requestId: 'r',
        action: 'flag.update',
        resource: { kind: 'flag', id: key, key },
      },
      async () => ({
        upsert: [{ kind: 'flag', id: `id-${key}`, body: JSON.stringify({ key }) }],
        references: [{ from: flag(key), to }],
      }),
    ),
  );
const cycle = (from: Referent, to: readonly Referent[], organisation = organisationId) =>
  database.inTenant(organisation, (tx) => findReferenceCycle(tx, environmentId, from, to));

test('A reference that leads back to where it starts is a cycle, told by its shortest way', async () => {
  expect(await cycle(flag('c'), [flag('a'), flag('b')])).toEqual([flag('c'), flag('b'), flag('c')]);
  expect(await cycle(segment('beta'), [flag('a')])).toEqual([segment('beta'), flag('a'), flag('b'), segment('beta')]);
  expect(await cycle(flag('d'), [flag('d')])).toEqual([flag('d'), flag('d')]);
});

test('References that lead elsewhere are no cycle, and what is replaced no longer counts', async () => {
  expect(await cycle(flag('d'), [flag('a')])).toBeUndefined();
  expect(await cycle(flag('a'), [])).toBeUndefined();
  expect(await cycle(flag('b'), [flag('c')])).toBeUndefined();
});

test('Another organisation has no references here', async () => {
  expect(await cycle(flag('c'), [flag('a')], randomUUID())).toBeUndefined();
});

test('Published bodies are found by the key in them, and removed ones are not', async () => {
  const read = () =>
    database.inTenant(organisationId, (tx) => publishedBodies(tx, environmentId, 'flag', ['a', 'c', 'unknown', 'gone']));
  await put('gone', []);
  expect((await read()).map(({ key }) => key)).toEqual(['a', 'c', 'gone']);
  await database.inTenant(organisationId, (tx) =>
    changeEnvironments(
      tx,
      randomUUID,
      [environmentId],
      {
        organisationId,
        actor: { kind: 'user', id: 'u', name: 'ada@example.org' },
        requestId: 'r',
        action: 'flag.remove',
        resource: { kind: 'flag', id: 'gone', key: 'gone' },
      },
      async () => ({ remove: [{ kind: 'flag', id: 'id-gone' }] }),
    ),
  );
  expect(await read()).toEqual([
    { key: 'a', body: '{"key":"a"}' },
    { key: 'c', body: '{"key":"c"}' },
  ]);
});
