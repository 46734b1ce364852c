import { connect, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { afterEach, expect, test } from 'vitest';
import { createBackend, serverKey, startGateway, until } from '../backend.test-support.ts';
import { organisationStreamsPerFree } from '../limits.ts';
import { grpcFrame } from './grpc-frame.ts';
import { syncPath } from './serve-sync.ts';

const endings: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const connections = 4;
const streamsOfEach = 500;
const places = 1_500;

/** Opens as many streams as a connection may hold, all at once, and counts what each was told. */
function storm(session: ClientHttp2Session, key: string) {
  const told: { headers?: IncomingHttpHeaders; messages: number }[] = [];
  for (let at = 0; at < streamsOfEach; at++) {
    const stream = session.request({
      ':method': 'POST',
      ':path': syncPath,
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-stitchd-sdk-key': key,
    });
    const answer: (typeof told)[number] = { messages: 0 };
    told.push(answer);
    stream.on('error', () => undefined);
    stream.on('response', (headers) => (answer.headers = headers));
    stream.on('data', () => answer.messages++);
    stream.end(grpcFrame(new Uint8Array()));
  }
  return told;
}

async function start() {
  const backend = createBackend();
  const gateway = await startGateway(backend.definitions, { STITCHD_GATEWAY_MAX_STREAMS: String(places) });
  endings.push(gateway.stop);
  const sessions = Array.from({ length: connections }, () => {
    const session = connect(`http://${gateway.grpcAddress}`);
    session.on('error', () => undefined);
    endings.push(() => session.destroy());
    return session;
  });
  return { backend, gateway, sessions };
}

test('When thousands of streams are opened at once their key is looked up once, as many as one organisation may have get the state, and the others are told so', async () => {
  const { backend, gateway, sessions } = await start();
  backend.publish({ kind: 'other', id: 'a', body: {} });
  const told = sessions.flatMap((session) => storm(session, serverKey));
  await until(() => told.every(({ headers, messages }) => headers?.['grpc-status'] !== undefined || messages > 0));
  expect(backend.state.lookUps).toBe(1);
  const served = told.filter(({ messages }) => messages > 0);
  expect(served).toHaveLength(Math.ceil((places * organisationStreamsPerFree) / (organisationStreamsPerFree + 1)));
  const refused = told.filter(({ messages }) => messages === 0);
  expect(new Set(refused.map(({ headers }) => headers?.['stitchd-problem-code']))).toEqual(new Set(['RATE_LIMITED']));
  // It goes on: the next change reaches all that are held, and REST answers.
  const before = served.map(({ messages }) => messages);
  backend.publish({ kind: 'other', id: 'b', body: {} });
  await until(() => served.every(({ messages }, at) => messages > (before[at] ?? 0)));
  expect((await gateway.ask('GET', '/healthz')).status).toBe(200);
  expect(backend.openWatches()).toBe(1);
});

test('A storm while keys can not be checked is refused as unavailable, and served once they can', async () => {
  const { backend, sessions } = await start();
  backend.state.isAuthDown = true;
  backend.cutInvalidations();
  const [first, second] = sessions;
  const told = storm(first as ClientHttp2Session, 'stsk_unseen');
  await until(() => told.every(({ headers }) => headers?.['grpc-status'] !== undefined));
  expect(new Set(told.map(({ headers }) => headers?.['grpc-status']))).toEqual(new Set(['14']));
  expect(backend.state.lookUps).toBe(0);
  backend.state.isAuthDown = false;
  backend.addKey('stsk_unseen', { kind: 'sdk-key', keyKind: 'server' });
  await until(async () => {
    const again = storm(second as ClientHttp2Session, 'stsk_unseen');
    await until(() => again.every(({ headers, messages }) => headers?.['grpc-status'] !== undefined || messages > 0));
    return again.every(({ messages }) => messages > 0);
  });
});
