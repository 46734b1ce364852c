import { connect } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { createReplica, readDefinitionsDocument } from '@stitchd/core';
import { afterEach, expect, test } from 'vitest';
import { clientKey, createBackend, flagEntity as flag, serverKey, startGateway, until } from '../backend.test-support.ts';
import { followByEvents } from './event-reader.test-support.ts';

const endings: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

async function start(environment: Record<string, string> = {}) {
  const backend = createBackend();
  const gateway = await startGateway(backend.definitions, environment);
  endings.push(gateway.stop);
  const follow = (key = serverKey, lastEventId?: string) => {
    const reader = followByEvents(gateway.url, key, lastEventId);
    endings.push(reader.close);
    return reader;
  };
  const poll = (headers: Record<string, string> = {}, key = serverKey) =>
    gateway.ask('GET', '/v1/sdk/definitions', { key, headers: { 'accept-encoding': 'identity', ...headers } });
  return { backend, gateway, follow, poll };
}

const large = (at: number, characters: number) => ({
  kind: 'segment',
  id: `s${at}`,
  body: {
    key: `s${at}`,
    type: 'list',
    contextKind: 'user',
    included: { keys: [`${at}${'k'.repeat(characters)}`] },
    excluded: { keys: [] },
  },
});

test('Polling answers the state that the streams have, with a strong ETag and the environment that the key belongs to', async () => {
  const { backend, follow, poll } = await start();
  backend.publish(flag('a'), flag('ä-😀'));
  const streamed = follow();
  await until(() => streamed.replica.revision === 2n);
  const answer = await poll();
  expect(answer.status).toBe(200);
  const checksum = streamed.replica.checksum.toString(16).padStart(16, '0');
  expect(answer.headers.get('etag')).toBe(`"2-${checksum}"`);
  expect(answer.headers.get('stitchd-environment-id')).toBe('e-1');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const read = readDefinitionsDocument(answer.text);
  if (read.kind !== 'ok') throw new Error(read.why);
  expect(read.environmentId).toBe('e-1');
  const polled = createReplica();
  expect(polled.apply(read.message).kind).toBe('applied');
  expect([...polled.entities()]).toEqual([...streamed.replica.entities()]);
});

test('An unchanged state is 304 without a body, and a changed one comes with another ETag', async () => {
  const { backend, poll } = await start();
  backend.publish(flag('a'));
  const first = await poll();
  const etag = first.headers.get('etag') ?? '';
  for (const condition of [etag, `"other", W/${etag}`, '*']) {
    const again = await poll({ 'if-none-match': condition });
    expect(again).toMatchObject({ status: 304, text: '' });
    expect(again.headers.get('etag')).toBe(etag);
    expect(again.headers.get('stitchd-environment-id')).toBe('e-1');
  }
  backend.publish(flag('b'));
  await until(async () => (await poll({ 'if-none-match': etag })).status === 200);
  const later = await poll({ 'if-none-match': etag });
  expect(later.headers.get('etag')).not.toBe(etag);
  expect(readDefinitionsDocument(later.text)).toMatchObject({ kind: 'ok', message: { revision: 3 } });
});

test('Where it is asked for, the state comes compressed, under an ETag of its own that stands for the same state', async () => {
  const { backend, gateway, poll } = await start();
  backend.publish(large(1, 50_000));
  const plain = await poll();
  const { body, headers } = await raw(gateway.url, { 'accept-encoding': 'br, gzip;q=0.5' });
  expect(headers).toMatch(/content-encoding: gzip/i);
  expect(headers).toMatch(/vary: Accept-Encoding/i);
  expect(body.length).toBeLessThan(plain.text.length / 10);
  expect(gunzipSync(body).toString('utf8')).toBe(plain.text);
  const etagOfGzip = /^etag: (.*)$/im.exec(headers)?.[1]?.trim() ?? '';
  expect(etagOfGzip).not.toBe(plain.headers.get('etag'));
  expect((await poll({ 'if-none-match': etagOfGzip })).status).toBe(304);
  expect((await raw(gateway.url, { 'accept-encoding': 'gzip;q=0' })).headers).not.toMatch(/content-encoding/i);
});

test('Who polls while the first state has not arrived gets 503, and then the state', async () => {
  const { backend, poll } = await start();
  backend.state.isDown = true;
  expect(await poll()).toMatchObject({ status: 503, json: { code: 'SERVICE_UNAVAILABLE' } });
  backend.state.isDown = false;
  await until(async () => (await poll()).status === 200);
});

test.each([
  ['an unknown key', 'stsk_nobody', 401, 'KEY_UNKNOWN'],
  ['a client key, which may not read rules', clientKey, 403, 'KEY_WRONG_KIND'],
])('%s may neither poll nor follow', async (_, key, status, code) => {
  const { gateway } = await start();
  for (const path of ['/v1/sdk/definitions', '/v1/sdk/definitions/stream'])
    expect(await gateway.ask('GET', path, { key })).toMatchObject({ status, json: { code } });
});

test('A reader of events gets a snapshot, and then each change as it is published, with the bytes that polling answers', async () => {
  const { backend, follow } = await start();
  backend.publish(flag('a'));
  const one = follow();
  const two = follow();
  await until(() => one.replica.revision === 2n && two.replica.revision === 2n);
  expect(one.state.response?.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'stitchd-environment-id': 'e-1',
    'x-accel-buffering': 'no',
  });
  backend.publish(flag('b'));
  await until(() => one.replica.revision === 3n && two.replica.revision === 3n);
  expect(one.outcomes).toEqual(['applied', 'applied']);
  expect(one.events.map(({ event, id }) => [event, id])).toEqual([
    ['message', expect.stringMatching(/^2-[0-9a-f]{16}$/)],
    ['message', `3-${one.replica.checksum.toString(16).padStart(16, '0')}`],
  ]);
  expect(one.events).toEqual(two.events);
  expect(backend.openWatches()).toBe(1);
});

test('Last-Event-ID resumes: what was missed, a heartbeat where nothing was, everything where it says nothing known', async () => {
  const { backend, follow } = await start();
  backend.publish(flag('a'));
  const first = follow();
  await until(() => first.replica.revision === 2n);
  backend.publish(flag('b'));
  backend.publish(flag('c'));
  await until(() => first.replica.revision === 4n);
  const ids = first.events.map(({ id }) => id ?? '');
  const from = (id: string) => {
    const reader = follow(serverKey, id);
    const revisions = () => reader.events.map(({ data }) => JSON.parse(data) as object);
    return { reader, revisions };
  };
  const late = from(ids[0] ?? '');
  const upToDate = from(ids[2] ?? '');
  const astray = ['2-0000000000000001', 'nonsense', '99999999999999999999-0', '9-ffffffffffffffff'].map(from);
  await until(() => late.reader.events.length === 2 && upToDate.reader.events.length === 1);
  await until(() => astray.every(({ reader }) => reader.replica.revision === 4n));
  expect(late.revisions()).toMatchObject([
    { fromRevision: 2, revision: 3 },
    { fromRevision: 3, revision: 4 },
  ]);
  expect(upToDate.revisions()).toMatchObject([{ fromRevision: 4, revision: 4, entities: [], removed: [] }]);
  for (const { revisions } of astray) expect(revisions()).toMatchObject([{ fromRevision: 0, revision: 4 }]);
});

test('A state of several megabytes comes in several events, of which the last alone has an id', async () => {
  const { backend, follow } = await start();
  backend.publish(...Array.from({ length: 60 }, (_, at) => large(at, 50_000)));
  const reader = follow();
  await until(() => reader.replica.revision === 2n);
  expect(reader.outcomes).toEqual(['pending', 'pending', 'applied']);
  expect(reader.events.map(({ id }) => id !== undefined)).toEqual([false, false, true]);
});

test('Revoking a key ends its streams of events with a problem, and no other', async () => {
  const { backend, gateway, follow } = await start();
  backend.addKey('stsk_other', { kind: 'sdk-key', keyKind: 'server' });
  backend.publish(flag('a'));
  const revoked = follow();
  const other = follow('stsk_other');
  await until(() => revoked.replica.revision === 2n && other.replica.revision === 2n);
  backend.revoke(serverKey);
  await until(() => revoked.state.ended === true);
  expect(revoked.events.at(-1)?.event).toBe('error');
  expect(JSON.parse(revoked.events.at(-1)?.data ?? '')).toMatchObject({
    code: 'KEY_REVOKED',
    status: 401,
    type: '/problems/KEY_REVOKED',
  });
  expect(await gateway.ask('GET', '/v1/sdk/definitions/stream', { key: serverKey })).toMatchObject({
    status: 401,
    json: { code: 'KEY_REVOKED' },
  });
  backend.publish(flag('b'));
  await until(() => other.replica.revision === 3n);
});

test('While flag-service is away streams of events stay open and new ones are served; afterwards all catch up', async () => {
  const { backend, follow, poll } = await start();
  backend.publish(flag('a'));
  const before = follow();
  await until(() => before.replica.revision === 2n);
  backend.state.isDown = true;
  backend.cutWatches();
  await until(() => backend.openWatches() === 0);
  backend.publish(flag('b'));
  const meanwhile = follow();
  await until(() => meanwhile.replica.revision === 2n);
  expect((await poll()).status).toBe(200);
  backend.state.isDown = false;
  await until(() => before.replica.revision === 3n && meanwhile.replica.revision === 3n);
});

test('Streams of events count together with those of gRPC; one beyond the largest number is refused until another ends', async () => {
  const { backend, gateway, follow } = await start({ STITCHD_GATEWAY_MAX_STREAMS: '2' });
  backend.publish(flag('a'));
  const first = follow();
  const second = follow();
  await until(() => first.replica.revision === 2n && second.replica.revision === 2n);
  expect(await gateway.ask('GET', '/v1/sdk/definitions/stream', { key: serverKey })).toMatchObject({
    status: 429,
    json: { code: 'RATE_LIMITED' },
  });
  expect(await gateway.metrics()).toContain('stitchd_sync_streams{form="events",service="gateway"} 2');
  first.close();
  await until(async () => {
    const third = follow();
    await until(() => third.state.ended === true || third.state.response !== undefined);
    return third.state.response?.statusCode === 200;
  });
});

test('A gateway that stops ends its streams of events so that SDKs connect to another', async () => {
  const { backend, gateway, follow } = await start();
  backend.publish(flag('a'));
  const reader = follow();
  await until(() => reader.replica.revision === 2n);
  await gateway.stop();
  await until(() => reader.state.ended === true);
  expect(JSON.parse(reader.events.at(-1)?.data ?? '')).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
});

test('A reader of events that pauses gets the latest state when it reads again, not a queue', async () => {
  const { backend, follow } = await start();
  backend.publish(flag('a'));
  const slow = follow();
  const quick = follow();
  await until(() => slow.replica.revision === 2n && quick.replica.revision === 2n);
  slow.state.response?.pause();
  for (let at = 0; at < 40; at++) {
    backend.publish({ ...large(1, 300_000 + at), id: 's' });
    await until(() => quick.replica.revision === BigInt(at + 3));
  }
  slow.state.response?.resume();
  await until(() => slow.replica.revision === 42n);
  expect(slow.replica.checksum).toBe(quick.replica.checksum);
  expect(slow.events.length).toBeLessThan(quick.events.length);
});

test('A stream is not opened by other methods, and HEAD holds nothing open', async () => {
  const { backend, gateway } = await start({ STITCHD_GATEWAY_MAX_STREAMS: '1' });
  backend.publish(flag('a'));
  expect(await gateway.ask('POST', '/v1/sdk/definitions/stream', { key: serverKey })).toMatchObject({ status: 405 });
  for (let at = 0; at < 3; at++) {
    const head = await gateway.ask('HEAD', '/v1/sdk/definitions/stream', { key: serverKey });
    expect(head).toMatchObject({ status: 200, text: '' });
  }
});

/** Asks over a socket: fetch would unpack the body. */
function raw(url: string, headers: Record<string, string>): Promise<{ readonly headers: string; readonly body: Buffer }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => {
      const all = Buffer.concat(chunks);
      const end = all.indexOf('\r\n\r\n');
      resolve({ headers: all.subarray(0, end).toString('latin1'), body: all.subarray(end + 4) });
    });
    const fields = { host: hostname, connection: 'close', authorization: `Bearer ${serverKey}`, ...headers };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET /v1/sdk/definitions HTTP/1.1\r\n${lines.join('')}\r\n`);
  });
}
