import { randomBytes, randomUUID } from 'node:crypto';
import { timestampDate, timestampFromMs } from '@bufbuild/protobuf/wkt';
import { uuidv7 } from '@stitchd/core';
import { rollUpUsage } from '@stitchd/events';
import { LiveItems, Usage } from '@stitchd/proto/event/v1/usage';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import {
  newTenant,
  purchase,
  exposed,
  refusalOf,
  send,
  startTestEventService,
  defineEvents,
} from './event-service.test-support.ts';
import { eventServiceLimits as limits } from './limits.ts';

let service: Awaited<ReturnType<typeof startTestEventService>>;
const tenant = newTenant();
const { person, serverKey } = tenant;
const nowMs = Date.now();
const hourMs = 3_600_000;
const hour = (ago: number): number => Math.floor(nowMs / hourMs) * hourMs - ago * hourMs;

function summary(more: object, atMs = nowMs, id = uuidv7(atMs, randomBytes(10))) {
  return { type: 'usage', id, at: atMs, from: atMs, to: atMs, flags: [], ...more };
}
const used = (flag: string, variant: string, count: number, delivered = 0) => ({
  flag,
  variant,
  reason: 'SPLIT',
  count,
  delivered,
});
const linked = { type: 'identify', id: uuidv7(nowMs, randomBytes(10)), at: nowMs, context: { device: 'd-9', user: 'u-9' } };
const period = (fromMs: number, toMs: number) => ({ from: timestampFromMs(fromMs), to: timestampFromMs(toMs) });

beforeAll(async () => {
  service = await startTestEventService();
  await defineEvents(service, tenant);
  const early = hour(3) + 1_000;
  const again = summary({ flags: [used('checkout', 'on', 2), used('checkout', 'off', 1)] }, early);
  await send(service, serverKey, [again]);
  await send(service, serverKey, [
    { ...again, at: early + 60_000, to: early + 60_000, flags: [used('checkout', 'on', 5), used('checkout', 'off', 1)] },
  ]);
  await send(service, serverKey, [again]);
  const contexts = [
    {
      kind: 'user',
      attribute: 'plan',
      types: ['string'],
      values: [
        { value: 'free', count: 2 },
        { value: 'pro', count: 9 },
      ],
    },
    { kind: 'org', attribute: 'seats', types: ['number'] },
  ];
  await send(service, serverKey, [
    summary({ flags: [used('checkout', 'on', 4, 3), used('other', 'on', 1)], uncounted: 7, contexts }),
  ]);
  await send(service, serverKey, [
    purchase({ context: { user: 'u-7' } }),
    exposed({ context: { user: 'u-8' } }),
    purchase({ key: 'unknown' }),
    { type: 'event' },
    linked,
  ]);
  const items = service.services.as(person, LiveItems);
  const arrived = async (): Promise<void> => {
    if ((await items.tailItems({})).items.length < 5) throw new Error('not all of it has arrived');
  };
  await vi.waitFor(arrived, { timeout: 10_000 });
});
afterAll(() => service.stop());

const usageOf = (as = person) => service.services.as(as, Usage);
const live = () => service.services.as(person, LiveItems);

test('Usage of a flag counts each evaluation once, by the hour, the variant and the SDK', async () => {
  const usage = await usageOf().getFlagUsage({ flagKey: 'checkout', grain: 'hour', ...period(hour(24), hour(-1)) });
  const points = usage.points.map(({ at, variant, reason, evaluations, deliveries }) => [
    at && timestampDate(at).getTime(),
    variant,
    reason,
    evaluations,
    deliveries,
  ]);
  expect(points).toEqual([
    [hour(3), 'off', 'SPLIT', 1, 0],
    [hour(3), 'on', 'SPLIT', 5, 0],
    [hour(0), 'on', 'SPLIT', 4, 3],
  ]);
  expect(usage.senders).toMatchObject([{ sdk: '', sdkVersion: '', evaluations: 10, deliveries: 3 }]);
  expect(usage.uncounted).toBe(7);
  expect(usage.lastEvaluatedAt && timestampDate(usage.lastEvaluatedAt).getTime()).toBe(nowMs);
  const byDay = await usageOf().getFlagUsage({ flagKey: 'checkout', grain: 'day', ...period(hour(24), hour(-1)) });
  expect(byDay.points.reduce((sum, { evaluations }) => sum + evaluations, 0)).toBe(10);
});

test('Flags of a list are told with their last evaluation and their last days, those without any with none', async () => {
  const { items } = await usageOf().listFlagActivity({ flagKeys: ['checkout', 'other', 'silent'] });
  expect(
    items.map(({ flagKey, lastEvaluatedAt }) => [flagKey, lastEvaluatedAt && timestampDate(lastEvaluatedAt).getTime()]),
  ).toEqual([
    ['checkout', nowMs],
    ['other', nowMs],
    ['silent', undefined],
  ]);
  expect(items.map(({ days }) => days.length)).toEqual([limits.activityDays, limits.activityDays, limits.activityDays]);
  expect(items.map(({ days }) => days.reduce((sum, one) => sum + one))).toEqual([13, 1, 0]);
  const flags = (count: number) => ({ flagKeys: Array.from({ length: count }, (_, index) => `f${index}`) });
  expect((await usageOf().listFlagActivity(flags(limits.activityFlags))).items).toHaveLength(limits.activityFlags);
  expect(await refusalOf(usageOf().listFlagActivity(flags(limits.activityFlags + 1)))).toMatchObject({
    code: 'VALIDATION_FAILED',
  });
});

test('What was rolled up says the same when its summaries are gone, and what comes to an hour later still counts', async () => {
  const other = newTenant();
  const { organisationId, projectId, environmentId = '' } = other.person;
  const visit = (variant: string, count: number) => summary({ flags: [used('visited', variant, count)] }, hour(1) + 5_000);
  const growing = visit('on', 2);
  const { store } = service.events;
  const rows = async (table: string): Promise<number> => {
    const sql = `SELECT toUInt32(count()) AS rows FROM ${table} FINAL WHERE environment_id = {environmentId:UUID}`;
    return (await store.query<{ rows: number }>({ environmentId, sql }))[0]?.rows ?? 0;
  };
  await send(service, other.serverKey, [growing, ...[1, 2, 3].map((count) => visit('on', count)), visit('off', 1)]);
  await expect.poll(() => rows('flag_usage'), { timeout: 10_000 }).toBe(5);
  const told = async () => {
    const asked = service.services.as({ ...other.person, organisationId, projectId }, Usage);
    const { points, senders } = await asked.getFlagUsage({ flagKey: 'visited', grain: 'day', ...period(hour(24), hour(-1)) });
    const [activity] = (await asked.listFlagActivity({ flagKeys: ['visited'] })).items;
    const days = activity?.days.reduce((sum, count) => sum + count, 0);
    return [points.map(({ variant, evaluations }) => [variant, evaluations]), senders[0]?.evaluations, days];
  };
  const before = [[['off', 1], ['on', 8]], 9, 9]; // prettier-ignore
  expect(await told()).toEqual(before);
  for (const once of ['rolled up', 'again']) {
    await rollUpUsage(store, environmentId, randomUUID());
    expect(await told(), once).toEqual(before);
  }
  // Visits of the same hour, answer and SDK are one row.
  expect(await rows('flag_usage_hour')).toBe(2);
  await send(service, other.serverKey, [{ ...growing, flags: [used('visited', 'on', 5)] }]);
  const after = [[['off', 1], ['on', 11]], 12, 12]; // prettier-ignore
  await expect.poll(told, { timeout: 10_000 }).toEqual(after);
  await rollUpUsage(store, environmentId, randomUUID());
  await store.eraseRows('flag_usage', { environmentId, where: '1', params: {} });
  expect(await told()).toEqual(after);
  // Of an hour whose summaries are gone in part nothing is lost.
  await send(service, other.serverKey, [visit('on', 1)]);
  await expect.poll(() => rows('flag_usage'), { timeout: 10_000 }).toBe(1);
  await rollUpUsage(store, environmentId, randomUUID());
  expect(await told()).toEqual(after);
});

test('Attributes are listed by kind, and values only where the environment observes them', async () => {
  const { items, truncated } = await usageOf().listContextAttributes({});
  expect(truncated).toBe(false);
  expect(items.map(({ kind, attribute, types, values }) => [kind, attribute, types, values])).toEqual([
    ['org', 'seats', ['number'], []],
    ['user', 'plan', ['string'], []],
  ]);
  expect((await usageOf().listContextAttributes({ kind: 'org' })).items).toHaveLength(1);
});

test('Nothing of usage, activity, attributes and refusals is told to another environment, of another project or of the same', async () => {
  const sibling = newTenant({ organisationId: person.organisationId, projectId: person.projectId });
  for (const other of [newTenant().person, sibling.person]) {
    const asked = usageOf(other);
    const all = period(hour(24), hour(-1));
    const usage = await asked.getFlagUsage({ flagKey: 'checkout', grain: 'hour', ...all });
    expect(usage).toMatchObject({ points: [], senders: [], uncounted: 0 });
    expect([usage.lastEvaluatedAt, usage.lastDeliveredAt]).toEqual([undefined, undefined]);
    const { items } = await asked.listFlagActivity({ flagKeys: ['checkout'] });
    expect(items.map(({ flagKey, lastEvaluatedAt }) => [flagKey, lastEvaluatedAt])).toEqual([['checkout', undefined]]);
    expect(items[0]?.days.some((count) => count > 0)).toBe(false);
    expect((await asked.listContextAttributes({})).items).toEqual([]);
    const tail = service.services.as(other, LiveItems);
    expect((await tail.countRejections(period(nowMs - hourMs, nowMs + hourMs))).items).toEqual([]);
    expect((await tail.tailItems({})).items).toEqual([]);
  }
  // The same question finds them where they are.
  expect((await live().countRejections(period(nowMs - hourMs, nowMs + hourMs))).items).toHaveLength(1);
});

test('The live tail tells what was taken and what was refused, by every filter, and nothing of another environment', async () => {
  const tail = async (filter: object) => {
    const { items } = await live().tailItems(filter);
    return items.map(({ type, outcome, key, units, code }) => [type, outcome, key, Object.values(units).join(), code]);
  };
  const bought = ['event', 'accepted', 'purchase', 'u-7', ''];
  const seen = ['exposure', 'accepted', 'checkout', 'u-8', ''];
  const aside = ['event', 'quarantined', 'unknown', '', ''];
  expect(await tail({ outcome: 'accepted' })).toEqual(expect.arrayContaining([bought, seen]));
  expect(await tail({ outcome: 'quarantined' })).toMatchObject([aside.with(3, expect.any(String))]);
  expect(await tail({ key: 'unknown', type: 'exposure' })).toEqual([]);
  expect(await tail({ type: 'exposure' })).toEqual([seen]);
  expect(await tail({ key: 'purchase' })).toEqual([bought]);
  expect(await tail({ unit: 'u-8' })).toEqual([seen]);
  const identified = ['identify', 'accepted', '', expect.stringMatching(/d-9.*u-9|u-9.*d-9/), ''];
  expect(await tail({ type: 'identify' })).toEqual([identified]);
  expect(await tail({ unit: 'd-9' })).toEqual([identified]);
  expect(await tail({ type: 'identify', key: 'purchase' })).toEqual([]);
  expect(await tail({ outcome: 'rejected', code: 'ITEM_INVALID' })).toEqual([['event', 'rejected', '', '', 'ITEM_INVALID']]);
  expect(await tail({ outcome: 'accepted', code: 'ITEM_INVALID' })).toEqual([]);
  const { afterMs } = await live().tailItems({});
  expect(Math.abs(afterMs + limits.tail.overlapMs - Date.now())).toBeLessThan(60_000);
  expect((await live().tailItems({ afterMs: afterMs + limits.tail.overlapMs + 60_000 })).items).toEqual([]);
  const stranger = service.services.as(newTenant().person, LiveItems);
  expect((await stranger.tailItems({})).items).toEqual([]);
});

test('An answer of the live tail holds as many items as the limit says, the latest, and tells how many more there are', async () => {
  const other = newTenant();
  await defineEvents(service, other);
  await send(
    service,
    other.serverKey,
    Array.from({ length: limits.tail.items + 5 }, () => purchase()),
  );
  const asked = service.services.as(other.person, LiveItems);
  await expect.poll(async () => (await asked.tailItems({})).leftOut, { timeout: 10_000 }).toBe(5);
  expect((await asked.tailItems({})).items).toHaveLength(limits.tail.items);
});

test('Refusals are counted by code and kind, also those that have no row of their own, and a repeated one once', async () => {
  const other = newTenant();
  await defineEvents(service, other);
  const wrong = Array.from({ length: 12 }, () => purchase({ value: 'much' }));
  await send(service, other.serverKey, wrong);
  await send(service, other.serverKey, wrong.slice(0, 3));
  const counts = async () =>
    (await service.services.as(other.person, LiveItems).countRejections(period(nowMs - hourMs, nowMs + hourMs))).items.map(
      ({ code, type, key, items }) => [code, type, key, items],
    );
  await expect.poll(counts, { timeout: 10_000 }).toEqual([['VALUE_WRONG_TYPE', 'event', 'purchase', 12]]);
});

test('Periods and grains that can not be answered are named', async () => {
  const ask = (more: object) =>
    refusalOf(usageOf().getFlagUsage({ flagKey: 'checkout', grain: 'hour', ...period(hour(24), hour(0)), ...more }));
  const days = limits.usageDays.hour * 24;
  expect(await ask({ grain: 'minute' })).toMatchObject({ code: 'VALIDATION_FAILED' });
  expect(await ask(period(hour(0), hour(0)))).toMatchObject({ code: 'VALIDATION_FAILED' });
  expect(await ask(period(hour(days + 1), hour(0)))).toMatchObject({ code: 'VALIDATION_FAILED' });
  await usageOf().getFlagUsage({ flagKey: 'checkout', grain: 'hour', ...period(hour(days), hour(0)) });
  expect(await refusalOf(live().countRejections(period(hour(0), hour(0))))).toMatchObject({ code: 'VALIDATION_FAILED' });
  expect(await refusalOf(usageOf(serverKey).listContextAttributes({}))).toMatchObject({ code: 'PERMISSION_DENIED' });
});
