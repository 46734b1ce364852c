import { randomBytes, randomUUID } from 'node:crypto';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { uuidv7 } from '@stitchd/core';
import { createEventStore, EventStoreFailure, type EventStore } from '@stitchd/db/clickhouse';
import { registerEnvironment } from '@stitchd/db/platform';
import { createDatabase } from '@stitchd/db/postgres';
import { replayEvents, type KeptEvent } from '@stitchd/events';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { EventTraffic } from '@stitchd/proto/event/v1/event_traffic';
import { createLogger } from '@stitchd/service-kit';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
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
import { createQuarantineRoom } from './quarantine/quarantine-room.ts';

let service: TestEventService;
let store: EventStore;
beforeAll(async () => {
  service = await startTestEventService();
  store = createEventStore({ url: service.events.url, applicationName: 'test' });
});
afterAll(async () => {
  await store.close();
  await service.stop();
});

/** Ample: a poll ends as soon as it is right. */
const soon = { timeout: 30_000 };
const dayMs = 86_400_000;

async function newProject(): Promise<Tenant> {
  const tenant = newTenant({ role: 'admin' });
  const { organisationId = '', projectId = '', environmentId = '' } = tenant.person;
  const database = createDatabase({ url: service.database.url, applicationName: 'test' });
  await database.inTenant(organisationId, (tx) => registerEnvironment(tx, { organisationId, projectId, environmentId }));
  await database.close();
  return tenant;
}

const trafficOf = ({ person }: Tenant) => service.services.as(person, EventTraffic);

async function asideOf(tenant: Tenant): Promise<readonly (readonly [key: string, items: number, unfit: number])[]> {
  const { items } = await trafficOf(tenant).listQuarantine({});
  return items.map(({ eventKey, items: count, unfit }) => [eventKey, count, unfit] as const);
}

async function countedOf({ person }: Tenant): Promise<Readonly<Record<string, number>>> {
  const period = { from: timestampFromMs(Date.now() - dayMs), to: timestampFromMs(Date.now() + dayMs) };
  const { events } = await ingestionOf(service, person).countItems(period);
  return Object.fromEntries(events.map(({ eventKey, items }) => [eventKey, items]));
}

const refund = (more: object = {}) => purchase({ key: 'refund', ...more });

test('Events that nobody has defined are accepted, told and kept aside, and are no events', async () => {
  const tenant = await newProject();
  const [first, second] = [refund({ value: 12.5, properties: { currency: 'EUR' } }), refund({ value: true })];
  const answer = await send(service, tenant.serverKey, [first, second, purchase({ key: 'typo', value: undefined })]);
  expect(answer).toMatchObject({
    accepted: 3,
    rejected: [],
    quarantined: [
      { index: 0, id: first.id, eventKey: 'refund' },
      { index: 1, id: second.id, eventKey: 'refund' },
      { index: 2, eventKey: 'typo' },
    ],
  });
  await send(service, tenant.serverKey, [first]);
  await expect
    .poll(() => asideOf(tenant), soon)
    .toEqual([
      ['refund', 2, 0],
      ['typo', 1, 0],
    ]);
  const { samples } = await trafficOf(tenant).getQuarantined({ eventKey: 'refund' });
  const shown = samples.map(({ id, value, properties, context, problem }) => [
    id,
    value?.kind.value,
    properties,
    context,
    problem,
  ]);
  expect(shown).toContainEqual([first.id, 12.5, { currency: 'EUR' }, { user: 'u-1' }, '']);
  expect(shown).toContainEqual([second.id, true, undefined, { user: 'u-1' }, '']);
  expect(await countedOf(tenant)).toEqual({});
  expect(await asideOf(await newProject())).toEqual([]);
  expect((await refusalOf(trafficOf(tenant).getQuarantined({ eventKey: 'nothing' }))).code).toBe('NOT_FOUND');
});

test('Defining an event puts what is aside among the events, each item once; what does not fit stays and says why', async () => {
  const tenant = await newProject();
  const items = [refund({ value: 1 }), refund({ value: 2 }), refund({ value: true })];
  await send(service, tenant.serverKey, items);
  await expect.poll(() => asideOf(tenant), soon).toEqual([['refund', 3, 0]]);
  const events = service.definitions(tenant.person);
  await events.createEventDefinition({ key: 'refund', valueType: 'double' });
  await expect.poll(() => asideOf(tenant), soon).toEqual([['refund', 1, 1]]);
  expect(await countedOf(tenant)).toEqual({ refund: 2 });
  const { samples } = await trafficOf(tenant).getQuarantined({ eventKey: 'refund' });
  expect(samples).toMatchObject([{ id: items[2]?.id, problem: 'The event "refund" needs a number as its value.' }]);
  // Sent again, now that it is defined, and looked at again: nothing counts twice.
  await send(service, tenant.serverKey, items.slice(0, 2));
  await events.updateEventDefinition({ key: 'refund', name: 'Refund', ifVersion: 1 });
  await expect.poll(() => jobStates(tenant), soon).toEqual(['waiting', 'waiting']);
  await expect.poll(async () => (await volumesOf(tenant)).length, soon).toBe(1);
  expect(await countedOf(tenant)).toEqual({ refund: 2 });
  expect(await volumesOf(tenant)).toMatchObject([{ eventKey: 'refund', lastDay: 2, lastWeek: 2 }]);
});

test('Properties of an event are what its definition names, and what its events had, of this environment alone', async () => {
  const tenant = await newProject();
  const elsewhere = newTenant({ ...tenant.person, environmentId: randomUUID() });
  const propertiesSchema = { type: 'object', properties: { plan: { enum: ['free', 'pro'] }, seats: { type: 'integer' } } };
  await service.definitions(tenant.person).createEventDefinition({ key: 'refund', valueType: 'double', propertiesSchema });
  const had = (unit: string, country: string) =>
    refund({ context: { user: unit }, properties: { plan: 'pro', country, paid: 3 } });
  const told = async ({ person }: Tenant) => {
    const { items, truncated } = await service.services.as(person, EventTraffic).listEventProperties({ eventKey: 'refund' });
    expect(truncated).toBe(false);
    return items.map(({ property, types, values, isDefined }) => [
      property,
      types,
      values.map(({ kind }) => kind.value),
      isDefined,
    ]);
  };
  const defined = [
    ['plan', ['string'], ['free', 'pro'], true],
    ['seats', ['number'], [], true],
  ];
  expect(await told(tenant)).toEqual(defined);
  await send(service, tenant.serverKey, [
    had('u-1', 'NL'),
    had('u-2', 'NL'),
    had('u-3', 'NL'),
    had('u-3', 'BE'),
    had('u-3', 'BE'),
  ]);
  const seen = (values: readonly string[]) => [
    ...defined,
    ['country', ['string'], values, false],
    ['paid', ['number'], [], false],
  ];
  await expect.poll(() => told(tenant), soon).toEqual(seen([]));
  expect(await told(elsewhere)).toEqual(defined);
  await service.services.as(tenant.person, EventSettings).updateEventSettings({ change: { observeValues: true }, ifVersion: 1 });
  // Three units had one of them, a single one the other.
  expect(await told(tenant)).toEqual(seen(['NL']));
  const asked = service.services.as(tenant.person, EventTraffic);
  expect(await refusalOf(asked.listEventProperties({ eventKey: 'unheard' }))).toMatchObject({ code: 'NOT_FOUND' });
});

const volumesOf = async (tenant: Tenant) => (await trafficOf(tenant).listEventVolumes({})).items;

/** Of the replays of an environment, once each of them has looked. */
async function jobStates({ person }: Tenant): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: service.database.url });
  await client.connect();
  const { rows } = await client
    .query<{ state: string; looked: boolean }>(
      "select state, progress ? 'replayed' as looked from event.job where environment_id = $1",
      [person.environmentId],
    )
    .finally(() => client.end());
  return rows.map(({ state, looked }) => (looked ? state : 'not yet'));
}

test('An item that reaches the quarantine after its event was defined is not left there', async () => {
  const tenant = await newProject();
  const events = service.definitions(tenant.person);
  await events.createEventDefinition({ key: 'refund', valueType: 'double' });
  // As it comes from a spool that waited for the event store.
  const late = keptRefund();
  await store.insertRows('quarantined_event', [rowOf(tenant, late)], { token: randomUUID() });
  expect(await asideOf(tenant)).toEqual([['refund', 1, 0]]);
  await events.updateEventDefinition({ key: 'refund', name: 'Refund', ifVersion: 1 });
  await expect.poll(() => asideOf(tenant), soon).toEqual([]);
  expect(await countedOf(tenant)).toEqual({ refund: 1 });
});

test('A replay that was cut off between its two writes is done again without counting anything twice', async () => {
  const tenant = await newProject();
  const environmentId = tenant.person.environmentId ?? '';
  const kept = [keptRefund(), keptRefund(), { ...keptRefund(), valueKind: 'none' as const }];
  await store.insertRows(
    'quarantined_event',
    kept.map((event) => rowOf(tenant, event)),
    { token: randomUUID() },
  );
  const cut: EventStore = {
    ...store,
    insertRows: (table, rows, options) =>
      table === 'event' ? store.insertRows(table, rows, options) : Promise.reject(new Error('killed')),
  };
  const options = { rule: { valueType: 'double', archived: false, requiredContexts: [] } as const, nowMs: Date.now() };
  await expect(replayEvents(cut, environmentId, kept, options)).rejects.toThrow('killed');
  expect(await countedOf(tenant)).toEqual({ refund: 2 });
  expect(await asideOf(tenant)).toEqual([['refund', 3, 0]]);
  // By two at a time, with other batches, so that no token helps.
  await Promise.all([
    replayEvents(store, environmentId, kept, options),
    replayEvents(store, environmentId, kept.slice(1), options),
  ]);
  expect(await countedOf(tenant)).toEqual({ refund: 2 });
  expect(await asideOf(tenant)).toEqual([['refund', 1, 1]]);
});

function keptRefund(): KeptEvent {
  const nowMs = Date.now();
  return {
    id: uuidv7(nowMs, randomBytes(10)),
    event: 'refund',
    atMs: nowMs,
    skewMs: 0,
    acceptedAtMs: nowMs,
    units: { user: 'u-1' },
    sdk: '',
    sdkVersion: '',
    valueKind: 'number',
    value: 1,
    properties: '',
    problem: '',
  };
}

function rowOf({ person }: Tenant, kept: KeptEvent) {
  const { id, atMs, acceptedAtMs, units, valueKind, value, event } = kept;
  const times = { at: atMs, accepted_at: acceptedAtMs, skew_ms: 0 };
  return { environment_id: person.environmentId, item_id: id, ...times, units, event, value_kind: valueKind, value };
}

test('A strict environment refuses undefined events by name', async () => {
  const tenant = await newProject();
  const settings = service.services.as(tenant.person, EventSettings);
  await settings.updateEventSettings({ change: { strict: true }, ifVersion: 1 });
  expect(await send(service, tenant.serverKey, [refund()])).toMatchObject({
    accepted: 0,
    quarantined: [],
    rejected: [{ code: 'EVENT_UNDEFINED', message: 'No event "refund" is defined in this project.' }],
  });
});

test('An environment keeps as many events aside as the limit says, counting what is stored', async () => {
  const tenant = await newProject();
  const environmentId = tenant.person.environmentId ?? '';
  const { items } = eventServiceLimits.quarantine;
  let nowMs = 0;
  const room = createQuarantineRoom({ store, nowMs: () => nowMs, log: createLogger('silent') });
  expect(room.places(environmentId)).toBe(items);
  room.take(environmentId, items - 1);
  expect(room.places(environmentId)).toBe(1);
  room.take(environmentId, 1);
  expect(room.places(environmentId)).toBe(0);
  await store.insertRows('quarantined_event', [rowOf(tenant, keptRefund())], { token: randomUUID() });
  nowMs += eventServiceLimits.quarantine.countAgeMs + 1;
  await expect.poll(() => room.places(environmentId), soon).toBe(items - 1);
});

test('A failure of the event store is one, also in a replay', async () => {
  const away = createEventStore({ url: 'http://127.0.0.1:1/none', applicationName: 'test' });
  const options = { rule: { valueType: 'double', archived: false, requiredContexts: [] } as const, nowMs: 0 };
  await expect(replayEvents(away, randomUUID(), [keptRefund()], options)).rejects.toBeInstanceOf(EventStoreFailure);
  await away.close();
});
