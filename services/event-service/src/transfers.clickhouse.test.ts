import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { uuidv7 } from '@stitchd/core';
import { distinctEvents, distinctExposures } from '@stitchd/db/clickhouse';
import { transferLimits } from '@stitchd/events';
import { EventJobs, type EventJob } from '@stitchd/proto/event/v1/job';
import { Transfers } from '@stitchd/proto/event/v1/transfer';
import type { Principal } from '@stitchd/service-kit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
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
} from './event-service.test-support.ts';

let service: TestEventService;
let from: Tenant;

const dayMs = 86_400_000;
const nowMs = Date.now();
const awkward = ['a,b', 'say "no"', 'line\nbreak', 'blank\n\nDROP TABLE event', '=1+1', 'ünïcödé 🎲', "it's", '\\N', ' x '];
const numbers = [Number.MAX_VALUE, 5e-324, -0.1, 1e21, Number.MAX_SAFE_INTEGER, 0, 1, 2.5, -7];

/** A project with the events that tests use, and a key that may send items of the past. */
async function tenantWithEvents(): Promise<Tenant> {
  const tenant = newTenant();
  const withRight = { ...tenant, serverKey: { ...tenant.serverKey, backfillDays: 365 } };
  await defineEvents(service, withRight);
  return withRight;
}

beforeAll(async () => {
  service = await startTestEventService();
  from = await tenantWithEvents();
  const items = awkward.flatMap((text, index) => {
    const atMs = nowMs - (index + 1) * 3_600_000;
    const properties = index % 2 === 0 ? { note: text, none: null, deep: { list: [1, text] } } : undefined;
    return [
      purchase({ value: numbers[index], context: { user: text, device: 'd-1' }, ...(properties && { properties }) }, atMs),
      { ...purchase({}, atMs), key: 'signup', value: undefined },
      exposed({ context: { user: text }, iterationId: uuidv7(atMs, randomBytes(10)), rule: text, delivered: text !== '' }, atMs),
    ];
  });
  await send(service, from.serverKey, items);
  // The same batch once more: each item still counts once.
  await send(service, from.serverKey, items);
  await vi.waitUntil(async () => (await countEvents(from.person)) === awkward.length * 2, { timeout: 10_000 });
});
afterAll(() => service.stop());

const transfers = (principal: Principal) => service.services.as(principal, Transfers);
const jobs = (principal: Principal) => service.services.as(principal, EventJobs);

async function countEvents({ environmentId = '' }: Principal): Promise<number> {
  return (await totals(environmentId)).items;
}

async function totals(environmentId: string) {
  const [row] = await service.events.store.query<{ items: number; total: number; facts: string }>({
    environmentId,
    sql: `SELECT count() AS items, sum(if(abs(value) < 1e15, value, 0)) AS total,
      toString(groupBitXor(cityHash64(item_id, happened_at, event, value, units, properties))) AS facts
      FROM ${distinctEvents({ columns: ['event', 'value', 'happened_at', 'units', 'properties'] })}`,
  });
  return row!;
}

async function deliveries({ environmentId = '' }: Principal): Promise<number> {
  const sql = `SELECT count() AS items FROM ${distinctExposures({ columns: ['delivered'] })} WHERE delivered`;
  const [row] = await service.events.store.query<{ items: number }>({ environmentId, sql });
  return row!.items;
}

async function exportFile(principal: Principal, what: string, format: string, more: { fromMs?: number; toMs?: number } = {}) {
  const request = {
    what,
    format,
    from: timestampFromMs(more.fromMs ?? nowMs - 30 * dayMs),
    to: timestampFromMs(more.toMs ?? nowMs + dayMs),
  };
  const parts: Uint8Array[] = [];
  for await (const { data } of transfers(principal).export(request)) parts.push(data);
  return Buffer.concat(parts);
}

async function upload(principal: Principal, id: string, file: Uint8Array, pieceBytes = 1_000): Promise<void> {
  for (let at = 0; at < file.length; at += pieceBytes)
    await transfers(principal).appendImport({ id, offset: BigInt(at), data: file.subarray(at, at + pieceBytes) });
}

const ended = (principal: Principal, id: string): Promise<EventJob> =>
  vi.waitFor(
    async () => {
      const job = await transfers(principal).getImport({ id });
      expect(['succeeded', 'failed', 'cancelled']).toContain(job.state);
      return job;
    },
    { timeout: 10_000 },
  );

async function importFile(principal: Principal, format: string, file: Uint8Array, more: object = {}): Promise<EventJob> {
  const { id } = await transfers(principal).createImport({ format, sizeBytes: BigInt(file.length), ...more });
  await upload(principal, id, file);
  return ended(principal, id);
}

const formats = ['csv', 'jsonl', 'parquet'];

test('What is exported in any format and imported elsewhere gives the same items, values and texts, each once', async () => {
  const roundTrip = async (format: string, file: Buffer, exposures: Buffer): Promise<void> => {
    const to = await tenantWithEvents();
    const job = await importFile(to.serverKey, format, file);
    expect(job).toMatchObject({ state: 'succeeded', progress: { rows: 18, accepted: 18, rejected: 0 } });
    expect(job.progress?.['ignoredColumns']).toEqual(format === 'jsonl' ? [] : ['sdk', 'sdkVersion', 'skewMs', 'acceptedAt']);
    const wanted = await totals(from.person.environmentId ?? '');
    await vi.waitFor(async () => expect(await totals(to.person.environmentId ?? '')).toEqual(wanted), { timeout: 10_000 });
    const second = await importFile(to.person, format, exposures, { itemType: 'exposure' });
    expect(second).toMatchObject({ state: 'succeeded', progress: { rows: 9, accepted: 9, rejected: 0 } });
    await vi.waitFor(async () => expect(await deliveries(to.person)).toBe(9), { timeout: 10_000 });
  };
  const trips: Promise<void>[] = [];
  for (const format of formats)
    trips.push(
      roundTrip(format, await exportFile(from.person, 'events', format), await exportFile(from.person, 'exposures', format)),
    );
  await Promise.all(trips);
});

test('An export holds the items that happened in its period, in the order of time', async () => {
  const file = await exportFile(from.person, 'events', 'jsonl', { fromMs: nowMs - 3.5 * 3_600_000, toMs: nowMs - 3_600_000 });
  const rows = file
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly at: string; readonly key: string; readonly value?: number });
  expect(rows.map(({ at }) => Date.parse(at))).toEqual([3, 3, 2, 2].map((hours) => nowMs - hours * 3_600_000));
  for (const { key, value } of rows) expect(value === undefined).toBe(key === 'signup');
});

test('The queries of the page on tables work on the real tables, and every column that it names is there', async () => {
  const page = await readFile(new URL('../../../docs/guide/tables.md', import.meta.url), 'utf8');
  const environmentId = from.person.environmentId ?? '';
  const queries = [...page.matchAll(/```sql\n([^`]+)```/g)].map(([, sql = '']) => sql);
  expect(queries.length).toBeGreaterThan(3);
  const answers = await Promise.all(queries.map((sql) => service.events.store.query({ environmentId, sql })));
  expect(answers[0]).toContainEqual({ event: 'signup', items: 9, total: 0 });
  expect(answers[3]).toContainEqual(expect.objectContaining({ arm: 'on', units: 9 }));
  const named = [...page.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    cell.split(', ').map((name) => name.replaceAll('`', '')),
  );
  const columns = await service.events.store.systemQuery<{ name: string }>(
    "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'event'",
  );
  expect(columns.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
});

test('The queries of the page on first exposures take the arm by the corrected clock, and the unit by its kind', async () => {
  const tenant = await tenantWithEvents();
  const environmentId = tenant.person.environmentId ?? '';
  const at = nowMs - 3_600_000;
  const aheadMs = 600_000;
  const u = { user: 'u-1' };
  await send(service, tenant.serverKey, [
    exposed({ context: u, variant: 'on' }, at),
    purchase({ context: { ...u, device: 'd-9' }, value: 7 }, at + 1_000),
    exposed({ context: { device: 'd-1' }, variant: 'on' }, at),
    exposed({ context: { user: 'u-2' }, variant: 'on' }, at),
    exposed({ context: { user: 'u-2' }, variant: 'off' }, at),
  ]);
  // A sender whose clock is ten minutes ahead: by its own time it comes later, by ours a minute earlier.
  const ahead = [exposed({ context: u, variant: 'off' }, at - 60_000 + aheadMs)];
  const body = Buffer.from(JSON.stringify({ sentAt: Date.now() + aheadMs, items: ahead }));
  await ingestionOf(service, tenant.serverKey).ingest({ body, contentEncoding: '' });
  const stored = () =>
    service.events.store.query<{ items: number }>({
      environmentId,
      sql: 'SELECT (SELECT count() FROM exposure WHERE environment_id = {environmentId:UUID}) + (SELECT count() FROM event WHERE environment_id = {environmentId:UUID}) AS items',
    });
  await vi.waitUntil(async () => Number((await stored())[0]?.items) === 6, { timeout: 10_000 });
  const page = await readFile(new URL('../../../docs/guide/tables.md', import.meta.url), 'utf8');
  const [, , sql = '', byArm = ''] = [...page.matchAll(/```sql\n([^`]+)```/g)].map(([, query = '']) => query);
  const users = await service.events.store.query({ environmentId, sql });
  expect(users).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ user: 'u-1', arm: 'off', arms_seen: 2 }),
      expect.objectContaining({ user: 'u-2', arm: 'off', arms_seen: 2 }),
    ]),
  );
  expect(users).toHaveLength(2);
  expect(await service.events.store.query({ environmentId, sql: byArm })).toEqual([{ arm: 'off', units: 2, total: 7 }]);
});

test('A broken upload goes on where it stopped, and pieces and files that come again count nothing twice', async () => {
  const to = await tenantWithEvents();
  const lines = Array.from({ length: 50 }, (_, index) => `${nowMs - 40 * dayMs + index},purchase,${index},u-${index}`);
  const file = Buffer.from(`at,key,value,user_id\n${lines.join('\n')}`);
  const request = { format: 'csv', sizeBytes: BigInt(file.length), sha256: 'a'.repeat(64) };
  const { id } = await transfers(to.serverKey).createImport(request);
  await upload(to.serverKey, id, file.subarray(0, 700), 300);
  await vi.waitUntil(async () => (await transfers(to.serverKey).getImport({ id })).state === 'waiting', { timeout: 10_000 });
  expect((await transfers(to.serverKey).createImport(request)).id).toBe(id);
  const gap = transfers(to.serverKey).appendImport({ id, offset: 800n, data: file.subarray(800) });
  expect(await refusalOf(gap)).toMatchObject({ code: 'CONFLICT', detail: expect.stringContaining('byte 700') as unknown });
  await transfers(to.serverKey).appendImport({ id, offset: 0n, data: file.subarray(0, 650) });
  await transfers(to.serverKey).appendImport({ id, offset: 600n, data: file.subarray(600) });
  const job = await ended(to.serverKey, id);
  expect(job).toMatchObject({ state: 'succeeded', progress: { rows: 50, accepted: 50, receivedBytes: file.length } });
  await vi.waitFor(async () => expect(await totals(to.person.environmentId ?? '')).toMatchObject({ items: 50, total: 1_225 }), {
    timeout: 10_000,
  });
  expect(await refusalOf(transfers(to.serverKey).createImport(request))).toMatchObject({ code: 'ALREADY_EXISTS' });
  expect((await transfers(to.serverKey).createImport({ ...request, again: true })).id).not.toBe(id);
});

test('Rows that are not taken are counted by code and named with their number, and the others are taken', async () => {
  const to = await tenantWithEvents();
  const day = (days: number) => new Date(nowMs - days * dayMs).toISOString();
  const rows = [
    { at: day(300), key: 'purchase', value: 1, context: { user: 'u' } },
    { at: day(400), key: 'purchase', value: 1, context: { user: 'u' } },
    { at: day(1), key: 'unheard', value: 1, context: { user: 'u' } },
    { at: 'yesterday', key: 'purchase', value: 1, context: { user: 'u' } },
    { at: day(1), key: 'purchase', value: 2, context: {} },
    { at: day(1), key: 'purchase', value: 3, context: { user: 'u' } },
  ];
  const file = Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n'));
  const { progress } = await importFile(to.serverKey, 'jsonl', file);
  expect(progress).toMatchObject({ rows: 6, rejectedByCode: { ITEM_TOO_OLD: 1 } });
  const codes = ((progress?.['rejections'] ?? []) as unknown as { readonly row: number; readonly code: string }[]).map(
    ({ row, code }) => [row, code],
  );
  expect(codes.filter(([row]) => row !== 3)).toEqual([
    [2, 'ITEM_TOO_OLD'],
    [4, 'ITEM_INVALID'],
    [5, 'ITEM_INVALID'],
  ]);
  await vi.waitFor(async () => expect((await totals(to.person.environmentId ?? '')).total).toBe(4), { timeout: 10_000 });
});

test('An import is begun by those alone who may send items of the past, and seen in its environment alone', async () => {
  const request = { format: 'csv', sizeBytes: 10n };
  const { backfillDays: _, ...without } = from.serverKey;
  expect(await refusalOf(transfers(without).createImport(request))).toMatchObject({ code: 'PERMISSION_DENIED' });
  expect(await refusalOf(transfers(from.clientKey).createImport(request))).toMatchObject({ code: 'PERMISSION_DENIED' });
  const editor: Principal = { ...from.person, role: 'editor' };
  expect(await refusalOf(transfers(editor).createImport(request))).toMatchObject({ code: 'PERMISSION_DENIED' });
  expect(await refusalOf(exportFile(editor, 'events', 'csv'))).toMatchObject({ code: 'PERMISSION_DENIED' });
  const { id } = await transfers(from.person).createImport(request);
  const elsewhere: Principal = { ...from.person, environmentId: randomUUID() };
  expect(await refusalOf(transfers(elsewhere).getImport({ id }))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await refusalOf(transfers(elsewhere).appendImport({ id, data: Buffer.from('x') }))).toMatchObject({ code: 'NOT_FOUND' });
  expect(await refusalOf(jobs(elsewhere).cancelJob({ id }))).toMatchObject({ code: 'NOT_FOUND' });
  expect((await jobs(from.person).cancelJob({ id })).state).toBe('cancelled');
  expect(await refusalOf(transfers(from.person).appendImport({ id, data: Buffer.from('x') }))).toMatchObject({
    code: 'INVALID_STATE',
  });
});

test('What a file may be is said before it is uploaded, and a file that is not what it was said to be ends its import', async () => {
  const refused = (more: object) =>
    refusalOf(transfers(from.person).createImport({ format: 'csv', sizeBytes: 10n, ...more })).then(({ paths }) => paths);
  expect(await refused({ format: 'xlsx', itemType: 'cat', timeUnit: 'weeks', delimiter: '""', sha256: 'x' })).toEqual([
    'format',
    'itemType',
    'timeUnit',
    'sha256',
    'delimiter',
  ]);
  expect(await refused({ sizeBytes: BigInt(transferLimits.fileBytes) + 1n })).toEqual(['sizeBytes']);
  expect(await refused({ format: 'parquet', sizeBytes: BigInt(transferLimits.parquetBytes) + 1n })).toEqual(['sizeBytes']);
  expect(await refused({ mapping: [{ field: 'at' }] })).toEqual(['mapping[0].column']);
  const job = await importFile(from.serverKey, 'parquet', Buffer.from('no parquet at all'));
  expect(job).toMatchObject({ state: 'failed', errorCode: 'FILE_UNREADABLE' });
  const { id } = await transfers(from.person).createImport({ format: 'csv', sizeBytes: 3n });
  const tooMuch = transfers(from.person).appendImport({ id, data: Buffer.from('1234') });
  expect(await refusalOf(tooMuch)).toMatchObject({ code: 'VALIDATION_FAILED' });
  const tooLarge = transfers(from.person).appendImport({ id, data: Buffer.alloc(transferLimits.pieceBytes + 1) });
  expect(await refusalOf(tooLarge)).toMatchObject({ code: 'BODY_TOO_LARGE' });
});

test('An environment has two exports at once, and the place of one whose reader leaves is free again', async () => {
  const to = await tenantWithEvents();
  const request = { what: 'events', format: 'csv', from: timestampFromMs(nowMs - dayMs), to: timestampFromMs(nowMs) };
  const leaving = new AbortController();
  const open = () => transfers(to.person).export(request, { signal: leaving.signal })[Symbol.asyncIterator]();
  const exports = Array.from({ length: transferLimits.exports }, open);
  await Promise.all(exports.map((each) => each.next()));
  expect(await refusalOf(exportFile(to.person, 'events', 'csv'))).toMatchObject({ code: 'TOO_MANY_JOBS' });
  leaving.abort();
  await vi.waitFor(async () => expect((await exportFile(to.person, 'events', 'csv')).toString()).toContain('id,at,key'), {
    timeout: 10_000,
  });
  const long = { fromMs: nowMs - (transferLimits.exportDays + 1) * dayMs, toMs: nowMs };
  expect(await refusalOf(exportFile(to.person, 'events', 'csv', long))).toMatchObject({
    code: 'VALIDATION_FAILED',
    paths: ['to'],
  });
});
