import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { createDatabase } from '@stitchd/db/postgres';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  defineEvents,
  exposed,
  ingestionOf,
  newTenant,
  purchase,
  refusalOf,
  send,
  startTestEventService,
  type Tenant,
  type TestEventService,
} from '../event-service.test-support.ts';

let service: TestEventService;
beforeAll(async () => {
  service = await startTestEventService();
});
afterAll(() => service.stop());

const settingsOf = ({ person }: Tenant) => service.services.as(person, EventSettings);

async function newProject(hashedKinds: readonly string[] = []): Promise<Tenant> {
  const tenant = newTenant();
  await defineEvents(service, tenant);
  if (hashedKinds.length > 0)
    await settingsOf(tenant).updateEventSettings({ change: { hashedKinds: [...hashedKinds] }, ifVersion: 1 });
  return tenant;
}

/** The users of an environment's rows, in the order of their time; waits for as many as there should be. */
async function usersOf({ person }: Tenant, table: 'event' | 'exposure', rows: number): Promise<readonly string[]> {
  const environmentId = person.environmentId ?? '';
  const read = () =>
    service.events.store.query<{ user: string }>({
      environmentId,
      sql: `SELECT units['user'] AS user FROM ${table} WHERE environment_id = {environmentId:UUID} ORDER BY at`,
    });
  await expect.poll(async () => (await read()).length, { timeout: 30_000 }).toBe(rows);
  return (await read()).map(({ user }) => user);
}

async function storedSecret({ person }: Tenant): Promise<Buffer> {
  const database = createDatabase({ url: service.database.url, applicationName: 'test' });
  const { rows } = await database.inTenant(person.organisationId ?? '', (tx) =>
    sql<{ key_secret: Buffer }>`select key_secret from event.environment_settings`.execute(tx),
  );
  await database.close();
  return rows[0]?.key_secret ?? Buffer.of();
}

test('Keys of hashed kinds arrive as hashes: the same for the same key in events and exposures, others in another environment', async () => {
  const [one, other] = [await newProject(['user']), await newProject(['user'])];
  const began = Date.now();
  for (const tenant of [one, other]) {
    const items = [
      purchase({ context: { user: 'anna', org: 'acme' } }, began),
      purchase({}, began + 1),
      exposed({ context: { user: 'anna' } }),
    ];
    expect(await send(service, tenant.serverKey, items)).toMatchObject({ accepted: 3 });
  }
  const [[anna, somebody], [theirs]] = [await usersOf(one, 'event', 2), await usersOf(other, 'event', 2)];
  expect(anna).toMatch(/^hmac:[\w-]{43}$/);
  expect(await usersOf(one, 'exposure', 1)).toEqual([anna]);
  expect(new Set([anna, somebody, theirs]).size).toBe(3);
  // A hash that comes back, as from an export, stays what it is.
  await send(service, one.serverKey, [purchase({ context: { user: anna } }, began + 2)]);
  expect((await usersOf(one, 'event', 3))[2]).toBe(anna);
});

test('The secret lies in PostgreSQL sealed, and is in no answer and no audit record', async () => {
  const tenant = await newProject(['user']);
  const sealed = await storedSecret(tenant);
  expect(sealed.length).toBeGreaterThan(60);
  const answer = await settingsOf(tenant).getEventSettings({});
  expect(answer.hashedKinds).toEqual(['user']);
  expect(Object.keys(answer).join()).not.toMatch(/secret/i);
  await settingsOf(tenant).rotateKeySecret({});
  const after = await storedSecret(tenant);
  expect(after.equals(sealed)).toBe(false);
  const database = createDatabase({ url: service.database.url, applicationName: 'test' });
  const { rows } = await database.inTenant(tenant.person.organisationId ?? '', (tx) =>
    sql<{ action: string }>`select * from platform.audit where resource_kind = 'event-settings' order by id`.execute(tx),
  );
  await database.close();
  expect(rows.map(({ action }) => action)).toEqual(['event-settings.update', 'event-settings.rotate-key-secret']);
  for (const text of ['hex', 'base64', 'base64url'] as const) {
    expect(JSON.stringify(rows)).not.toContain(sealed.toString(text));
    expect(JSON.stringify(rows)).not.toContain(after.toString(text));
  }
});

test('After a rotation a key has another hash', async () => {
  const tenant = await newProject(['user']);
  await send(service, tenant.serverKey, [purchase()]);
  await usersOf(tenant, 'event', 1);
  await settingsOf(tenant).rotateKeySecret({});
  await send(service, tenant.serverKey, [purchase()]);
  expect(new Set(await usersOf(tenant, 'event', 2)).size).toBe(2);
});

test('An item that is sent again after a rotation counts twice where its row lies by a hashed key, and once where it does not', async () => {
  const byUser = await newProject(['user']);
  const byPlainUser = await newProject(['device']);
  for (const [tenant, times] of [
    [byUser, 2],
    [byPlainUser, 1],
  ] as const) {
    const item = purchase({ context: { user: 'anna', device: 'd-1' } });
    await send(service, tenant.serverKey, [item]);
    await settingsOf(tenant).rotateKeySecret({});
    expect(await send(service, tenant.serverKey, [item])).toMatchObject({ accepted: 1, repeatedItems: 1 });
    const period = { from: timestampFromMs(item.at - 1_000), to: timestampFromMs(item.at + 1_000) };
    const counted = async () => {
      const { events, waiting } = await ingestionOf(service, tenant.person).countItems(period);
      return { items: events.map(({ items }) => Number(items)), waiting: Number(waiting) };
    };
    await expect.poll(counted, { timeout: 30_000 }).toEqual({ items: [times], waiting: 0 });
  }
});

test('While an experiment runs on a kind, hashing of that kind is neither switched nor rotated', async () => {
  const tenant = await newProject(['user']);
  const running = { key: 'checkout-test', state: 'running', environmentId: tenant.person.environmentId ?? '', unitKind: 'user' };
  service.running.push(running, { ...running, key: 'done', state: 'stopped' }, { ...running, environmentId: 'elsewhere' });
  const change = (hashedKinds: string[]) => settingsOf(tenant).updateEventSettings({ change: { hashedKinds }, ifVersion: 2 });
  const refused = await refusalOf(change([]));
  expect(refused).toMatchObject({ code: 'EXPERIMENTS_RUNNING', detail: expect.stringContaining('checkout-test') as string });
  expect(refused.detail).not.toContain('done');
  expect((await refusalOf(settingsOf(tenant).rotateKeySecret({}))).code).toBe('EXPERIMENTS_RUNNING');
  expect(await change(['user', 'device'])).toMatchObject({ hashedKinds: ['user', 'device'], version: 3 });
  service.running.length = 0;
});

test('An item that is refused is not answered with a key, and one whose key can not be hashed is refused', async () => {
  const tenant = await newProject(['user']);
  const answer = await send(service, tenant.serverKey, [
    purchase({ key: 'unknown-event', context: { user: 'me@example.org' } }),
    purchase({ context: { user: { email: 'me@example.org' } } }),
  ]);
  expect(JSON.stringify(answer, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value))).not.toContain(
    'me@example.org',
  );
  expect(answer.rejected.at(-1)).toMatchObject({ index: 1, code: 'ITEM_INVALID' });
});

test('Where the secret can not be opened nothing is accepted, rather than stored with plain keys', async () => {
  const tenant = await newProject(['user']);
  const database = createDatabase({ url: service.database.url, applicationName: 'test' });
  await database.inTenant(tenant.person.organisationId ?? '', (tx) =>
    sql`update event.environment_settings set key_secret = ${Buffer.alloc(80)}`.execute(tx),
  );
  await database.close();
  // A version that is current makes this process read the settings anew.
  await settingsOf(tenant).updateEventSettings({ change: { strict: true }, ifVersion: 2 });
  expect((await refusalOf(send(service, tenant.serverKey, [purchase()]))).code).toBe('STORE_UNAVAILABLE');
});
