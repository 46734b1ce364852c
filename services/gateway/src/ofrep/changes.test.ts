import { get, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { clientKey, createBackend, serverKey, startGateway, until, type Backend } from '../backend.test-support.ts';
import { takeEvents, type ReadEvent } from '../sync/event-reader.test-support.ts';
import { allFlags, environmentEntity, flagBody } from './shared-flags.test-support.ts';

let backend: Backend;
let gateway: Awaited<ReturnType<typeof startGateway>>;
const opened: { readonly close: () => void }[] = [];

beforeAll(async () => {
  backend = createBackend();
  backend.publish(...allFlags, environmentEntity);
  gateway = await startGateway(backend.definitions, { STITCHD_GATEWAY_MAX_STREAMS: '2' });
});
afterEach(async () => {
  for (const stream of opened.splice(0)) stream.close();
  await until(async () => /stitchd_sync_streams\{[^}]*form="events"[^}]*\} 0/.test(await gateway.metrics()));
});
afterAll(() => gateway.stop());

/** Where a bulk evaluation says that changes can be heard of. */
async function streamPath(key: string, headers: Record<string, string> = {}): Promise<string> {
  const { json } = await gateway.ask('POST', '/ofrep/v1/evaluate/flags', { key, body: { context: {} }, headers });
  const { eventStreams } = json as { readonly eventStreams: readonly { readonly endpoint: { readonly requestUri: string } }[] };
  return eventStreams[0]?.endpoint.requestUri ?? '';
}

function follow(requestUri: string, headers: Record<string, string> = {}) {
  const events: ReadEvent[] = [];
  const state: { response?: IncomingMessage; hasEnded?: true } = {};
  let text = '';
  const request = get(`${gateway.url}${requestUri}`, { headers, agent: false }, (response) => {
    state.response = response;
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => {
      const taken = takeEvents(text + chunk);
      text = taken.rest;
      events.push(...taken.events);
    });
    response.on('error', () => undefined);
    response.on('close', () => (state.hasEnded = true));
  });
  request.on('error', () => (state.hasEnded = true));
  const stream = { events, state, close: (): void => void request.destroy() };
  opened.push(stream);
  return stream;
}

const opens = (stream: ReturnType<typeof follow>) => until(() => stream.state.response !== undefined);
const told = (stream: ReturnType<typeof follow>): readonly string[] =>
  stream.events.filter(({ data }) => data !== '').map(({ event, id, data }) => `${event} ${id} ${data}`);
const refetch = (revision: bigint): string => `message ${revision} {"type":"refetchEvaluation","etag":"${revision}"}`;

test('Each change is told to whoever follows, with a server key or a client key, and nothing where nothing has changed', async () => {
  const streams = [follow(await streamPath(serverKey)), follow(await streamPath(clientKey))];
  for (const stream of streams) await opens(stream);
  expect(streams[0]?.state.response?.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8' });
  backend.publish(flagBody('plain', { enabled: false }));
  for (const stream of streams) await until(() => told(stream).length > 0);
  expect(streams.map(told)).toEqual([[refetch(backend.state.revision)], [refetch(backend.state.revision)]]);
});

test('What changed between evaluating and following, or while the line was cut, is told at once', async () => {
  const early = await streamPath(serverKey);
  backend.publish(flagBody('plain', { enabled: true }));
  await until(async () => (await streamPath(serverKey)) !== early);
  const late = follow(early);
  await until(() => told(late).length > 0);
  expect(told(late)).toEqual([refetch(backend.state.revision)]);
  const again = follow(early, { 'last-event-id': String(backend.state.revision) });
  await opens(again);
  backend.publish(flagBody('plain'));
  await until(() => told(again).length > 0);
  expect(told(again)).toEqual([refetch(backend.state.revision)]);
});

test('A revoked key ends its streams, in silence as the protocol has no word for it, and its ticket opens no further one', async () => {
  backend.addKey('stck_leaving', { kind: 'sdk-key', keyKind: 'client' });
  const requestUri = await streamPath('stck_leaving');
  const leaving = follow(requestUri);
  const staying = follow(await streamPath(clientKey));
  await opens(leaving);
  await opens(staying);
  backend.revoke('stck_leaving');
  await until(() => leaving.state.hasEnded === true);
  expect(told(leaving)).toEqual([]);
  expect(staying.state.hasEnded).toBeUndefined();
  expect(await gateway.ask('GET', requestUri)).toMatchObject({ status: 401, json: { code: 'KEY_REVOKED' } });
});

test('A ticket can be neither made up nor used for anything else, and a key is no ticket', async () => {
  const requestUri = await streamPath(clientKey);
  const ticket = new URL(requestUri, gateway.url).searchParams.get('ticket') ?? '';
  const codeOf = async (text: string) => {
    const { status, json } = await gateway.ask('GET', `/ofrep/v1/changes?ticket=${text}`);
    return [status, (json as { readonly code: string }).code];
  };
  const [body = '', mac = ''] = ticket.split('.');
  const other = Buffer.from(Buffer.from(body, 'base64url').toString().replace('"v":1', '"v":1,"exp":9e15')).toString('base64url');
  for (const forged of ['', 'x', clientKey, `${other}.${mac}`, `${body}.${'A'.repeat(43)}`, `${body}`])
    expect([forged, await codeOf(forged)]).toEqual([forged, [401, 'UNAUTHENTICATED']]);
  expect(await gateway.ask('GET', '/ofrep/v1/changes', { key: serverKey })).toMatchObject({ status: 401 });
  const asKey = await gateway.ask('POST', '/ofrep/v1/evaluate/flags', { key: ticket, body: { context: {} } });
  expect(asKey.status).toBe(401);
});

test("A client key's ticket is taken from the origins of the key alone", async () => {
  const requestUri = await streamPath(clientKey);
  const foreign = await gateway.ask('GET', requestUri, { headers: { origin: 'https://evil.example' } });
  expect(foreign).toMatchObject({ status: 403, json: { code: 'ORIGIN_NOT_ALLOWED' } });
  const own = follow(requestUri, { origin: 'https://shop.example' });
  await opens(own);
  expect(own.state.response?.headers['access-control-allow-origin']).toBe('https://shop.example');
});

test('Streams of changes count among all streams that a gateway holds', async () => {
  const requestUri = await streamPath(serverKey);
  for (let index = 0; index < 2; index++) await opens(follow(requestUri));
  expect(await gateway.ask('GET', requestUri)).toMatchObject({ status: 429, json: { code: 'RATE_LIMITED' } });
});

test('A bulk evaluation that names a change waits for it; for one that never comes it does not wait for ever', async () => {
  const next = backend.state.revision + 1n;
  const ask = (revision: bigint) =>
    gateway.ask('POST', `/ofrep/v1/evaluate/flags?flagConfigEtag=${revision}`, { key: serverKey, body: { context: {} } });
  const waiting = ask(next);
  backend.publish(flagBody('plain', { enabled: false }));
  expect((await waiting).json).toMatchObject({ metadata: { revision: Number(next) } });
  expect((await ask(next + 9n)).json).toMatchObject({ metadata: { revision: Number(next) } });
});
