import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { problemOf } from '@stitchd/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  bodyOf,
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
} from './event-service.test-support.ts';
import { eventServiceLimits } from './limits.ts';

let service: TestEventService;
beforeAll(async () => {
  service = await startTestEventService();
});
afterAll(() => service.stop());

const dayMs = 86_400_000;
/** Ample: a poll ends as soon as it is right. */
const soon = { timeout: 30_000 };

async function newProject(): Promise<Tenant> {
  const tenant = newTenant();
  await defineEvents(service, tenant);
  return tenant;
}

function countsOf({ person }: Tenant, fromMs = Date.now() - 90 * dayMs, toMs = Date.now() + dayMs) {
  return ingestionOf(service, person).countItems({ from: timestampFromMs(fromMs), to: timestampFromMs(toMs) });
}

const plain = (message: object): unknown =>
  JSON.parse(JSON.stringify(message, (name, value) => (name === '$typeName' ? undefined : value)));

test('What is accepted arrives and is counted by event, and by flag, iteration and variant', async () => {
  const tenant = await newProject();
  const iterationId = randomUUID();
  const answer = await send(service, tenant.serverKey, [
    purchase(),
    purchase({ key: 'signup', value: undefined }),
    purchase(),
    exposed(),
    exposed({ iterationId }),
    exposed({ iterationId, variant: 'off' }),
  ]);
  expect(answer).toMatchObject({ accepted: 6, repeatedItems: 0, rejected: [] });
  await expect.poll(async () => (await countsOf(tenant)).waiting, soon).toBe(0);
  expect(plain(await countsOf(tenant))).toEqual({
    events: [
      { eventKey: 'purchase', items: 2 },
      { eventKey: 'signup', items: 1 },
    ],
    exposures: [
      { flagKey: 'checkout', iterationId: '', variant: 'on', items: 1 },
      { flagKey: 'checkout', iterationId, variant: 'off', items: 1 },
      { flagKey: 'checkout', iterationId, variant: 'on', items: 1 },
    ],
    waiting: 0,
  });
});

test('An item that comes again is accepted, said to be repeated, and counted once', async () => {
  const tenant = await newProject();
  const [first, second] = [purchase(), purchase()];
  expect(await send(service, tenant.serverKey, [first])).toMatchObject({ accepted: 1, repeatedItems: 0 });
  expect(await send(service, tenant.clientKey, [first, second, second])).toMatchObject({ accepted: 3, repeatedItems: 2 });
  await expect.poll(async () => (await countsOf(tenant)).waiting, soon).toBe(0);
  expect((await countsOf(tenant)).events).toMatchObject([{ eventKey: 'purchase', items: 2 }]);
});

test('Wrong items are named by place, id and code, and the others are taken', async () => {
  const tenant = await newProject();
  const items = [
    purchase({ key: 'Not A Key' }),
    purchase({ value: 'a lot' }),
    purchase({}, Date.now() - 8 * dayMs),
    purchase({}, Date.now() + 600_000),
    purchase({ extra: 1 }),
    purchase(),
  ];
  const { accepted, rejected } = await send(service, tenant.serverKey, items);
  expect(accepted).toBe(1);
  expect(rejected.map(({ index, id, code }) => ({ index, id, code }))).toEqual(
    ['ITEM_INVALID', 'VALUE_WRONG_TYPE', 'ITEM_TOO_OLD', 'ITEM_IN_FUTURE', 'ITEM_INVALID'].map((code, index) => ({
      index,
      id: items[index]?.id,
      code,
    })),
  );
});

test('A key with the right to send past items may, another of the same environment may not', async () => {
  const tenant = await newProject();
  const old = purchase({}, Date.now() - 30 * dayMs);
  expect((await send(service, tenant.serverKey, [old])).rejected).toMatchObject([{ code: 'ITEM_TOO_OLD' }]);
  expect(await send(service, { ...tenant.serverKey, backfillDays: 60 }, [old])).toMatchObject({ accepted: 1, rejected: [] });
});

test('An event that was defined a moment ago is taken at once, also where it was kept aside before', async () => {
  const tenant = newTenant();
  expect((await send(service, tenant.serverKey, [purchase()])).quarantined).toMatchObject([{ eventKey: 'purchase' }]);
  await defineEvents(service, tenant);
  expect(await send(service, tenant.serverKey, [purchase()])).toMatchObject({ accepted: 1, rejected: [], quarantined: [] });
});

test('Events of an archived definition are refused from the next batch on', async () => {
  const tenant = await newProject();
  expect(await send(service, tenant.serverKey, [purchase()])).toMatchObject({ accepted: 1 });
  await service.definitions(tenant.person).updateEventDefinition({ key: 'purchase', archived: true, ifVersion: 1 });
  expect((await send(service, tenant.serverKey, [purchase()])).rejected).toMatchObject([{ code: 'EVENT_ARCHIVED' }]);
});

test('The items of one environment are never counted in another, not even in one of the same project', async () => {
  const tenant = await newProject();
  const scope = { organisationId: tenant.person.organisationId ?? '', projectId: tenant.person.projectId ?? '' };
  const sibling = newTenant(scope);
  const shared = purchase();
  await send(service, tenant.serverKey, [shared, purchase()]);
  expect(await send(service, sibling.serverKey, [shared])).toMatchObject({ accepted: 1, repeatedItems: 0 });
  await expect.poll(async () => (await countsOf(tenant)).waiting + (await countsOf(sibling)).waiting, soon).toBe(0);
  expect((await countsOf(tenant)).events).toMatchObject([{ items: 2 }]);
  expect((await countsOf(sibling)).events).toMatchObject([{ items: 1 }]);
  expect((await countsOf(newTenant())).events).toEqual([]);
});

test('A period is counted from its first moment to before its last', async () => {
  const tenant = await newProject();
  const at = Date.now() - 3_600_000;
  await send(service, tenant.serverKey, [purchase({}, at)]);
  await expect.poll(async () => (await countsOf(tenant)).waiting, soon).toBe(0);
  expect((await countsOf(tenant, at, at + 1)).events).toHaveLength(1);
  expect((await countsOf(tenant, at - 1, at)).events).toHaveLength(0);
  // Also across hours and months.
  expect((await countsOf(tenant, at - 40 * dayMs, at + dayMs)).events).toMatchObject([{ items: 1 }]);
  expect((await refusalOf(countsOf(tenant, at, at))).code).toBe('VALIDATION_FAILED');
  const from = at + 1 - eventServiceLimits.countedDays * dayMs;
  expect((await countsOf(tenant, from, at + 1)).events).toHaveLength(1);
  expect((await refusalOf(countsOf(tenant, from - 1, at + 1))).code).toBe('VALIDATION_FAILED');
});

test('A body that can not be read is refused as a whole, with its own code', async () => {
  const tenant = await newProject();
  const refused = async (body: Uint8Array, contentEncoding = '') =>
    (await refusalOf(ingestionOf(service, tenant.serverKey).ingest({ body, contentEncoding }))).code;
  expect(await refused(Buffer.from('{'))).toBe('MALFORMED_JSON');
  expect(await refused(Buffer.from('{"sentAt":1,"items":[],"more":1}'))).toBe('UNKNOWN_FIELD');
  expect(await refused(Buffer.alloc(1_048_577, 32))).toBe('BODY_TOO_LARGE');
  expect(await refused(gzipSync(Buffer.alloc(100_000_000)), 'gzip')).toBe('BODY_TOO_LARGE');
  expect(await refused(bodyOf([]), 'lz4')).toBe('UNSUPPORTED_MEDIA_TYPE');
  expect((await countsOf(tenant)).events).toEqual([]);
});

test('A thousand items packed in one body are taken', async () => {
  const tenant = await newProject();
  const body = gzipSync(bodyOf([...Array(1_000).keys()].map(() => purchase())));
  const answer = await ingestionOf(service, tenant.serverKey).ingest({ body, contentEncoding: 'gzip' });
  expect(answer).toMatchObject({ accepted: 1_000, rejected: [] });
  await expect.poll(async () => (await countsOf(tenant)).events[0]?.items, soon).toBe(1_000);
});

test('An environment that sends more items than it may is refused as a whole, told when to come again, and nothing is taken', async () => {
  const tenant = await newProject();
  await service.services.as(tenant.person, EventSettings).updateEventSettings({ change: { itemsPerSecond: 2 }, ifVersion: 1 });
  const sent = (count: number) =>
    send(
      service,
      tenant.serverKey,
      [...Array(count).keys()].map(() => purchase()),
    );
  // One largest batch always fits.
  expect(await sent(1_000)).toMatchObject({ accepted: 1_000 });
  const refused: unknown = await sent(999).catch((error: unknown) => error);
  expect(problemOf(refused)).toMatchObject({ code: 'RATE_LIMITED', detail: expect.stringContaining('2 items per second') });
  expect(problemOf(refused).retryAfterSeconds).toBeGreaterThan(400);
  expect(plain(await ingestionOf(service, tenant.person).getIngestion({}))).toMatchObject({
    itemsPerSecond: 2,
    lastHour: { accepted: 1_000, rejected: 0, limited: 999 },
  });
  // The other environments of the project go on.
  const { organisationId = '', projectId = '' } = tenant.person;
  expect(await send(service, newTenant({ organisationId, projectId }).serverKey, [purchase()])).toMatchObject({ accepted: 1 });
  await expect.poll(async () => (await countsOf(tenant)).waiting, soon).toBe(0);
  expect((await countsOf(tenant)).events).toMatchObject([{ items: 1_000 }]);
});

test('People send no items, and SDK keys count none', async () => {
  const tenant = newTenant();
  expect((await refusalOf(send(service, tenant.person, [purchase()]))).code).toBe('PERMISSION_DENIED');
  expect((await refusalOf(countsOf({ ...tenant, person: tenant.serverKey }))).code).toBe('PERMISSION_DENIED');
});
