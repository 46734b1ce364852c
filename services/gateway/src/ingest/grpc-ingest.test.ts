import { connect } from 'node:http2';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { problem } from '@stitchd/service-kit';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { apiToken, clientKey, createBackend, serverKey, startGateway, until, type Backend } from '../backend.test-support.ts';
import { eventsBodyLimit, maxGrpcMessageBytes } from '../limits.ts';

const protos = fileURLToPath(new URL('../../../../packages/proto/proto', import.meta.url));
const loaded = grpc.loadPackageDefinition(
  loadSync('stitchd/ingest/v1/ingest.proto', { includeDirs: [protos], defaults: true }),
) as unknown as {
  readonly stitchd: { readonly ingest: { readonly v1: { readonly ItemIngest: grpc.ServiceClientConstructor } } };
};

let backend: Backend;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let client: grpc.Client;
beforeAll(async () => {
  backend = createBackend();
  gateway = await startGateway(backend.definitions, { STITCHD_GATEWAY_RATE_LIMIT_SERVER_KEY: '1000' });
  client = new loaded.stitchd.ingest.v1.ItemIngest(gateway.grpcAddress, grpc.credentials.createInsecure(), {
    'grpc.max_send_message_length': 8 * eventsBodyLimit,
  });
});
afterEach(() => {
  backend.state.ingestFails = undefined;
});
afterAll(async () => {
  client.close();
  await gateway.stop();
});

type Method = 'SendEvents' | 'SendExposures';
type Answer = { readonly error?: grpc.ServiceError; readonly answer?: unknown };

/** Asks with a stock gRPC client. */
function send(method: Method, body: string | Uint8Array, key: string, more: { encoding?: string; origin?: string } = {}) {
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  if (more.origin !== undefined) metadata.set('origin', more.origin);
  const request = { body: Buffer.from(body), contentEncoding: more.encoding ?? '' };
  const ask = (client as unknown as Record<Method, (...args: readonly unknown[]) => void>)[method];
  return new Promise<Answer>((resolve) =>
    ask.call(client, request, metadata, (error: grpc.ServiceError | null, answer: unknown) =>
      resolve(error === null ? { answer } : { error }),
    ),
  );
}
const codeOf = ({ error }: Answer) => error?.metadata.get('stitchd-problem-code')[0];

test('A stock gRPC client sends events with a key of either kind, byte by byte, and reads what became of each', async () => {
  const body = '{"sentAt": 1,  "items":[]}';
  for (const key of [serverKey, clientKey]) {
    expect(await send('SendEvents', body, key, { encoding: 'gzip' })).toEqual({
      answer: {
        accepted: 1,
        repeatedItems: 0,
        rejected: [{ index: 1, id: 'x', code: 'EVENT_UNDEFINED', message: 'was never defined' }],
        quarantined: [{ index: 0, id: 'y', eventKey: 'unheard' }],
      },
    });
    expect(backend.ingested.at(-1)).toMatchObject({
      body,
      contentEncoding: 'gzip',
      exposuresOnly: false,
      principal: { id: key },
    });
  }
});

test('Exposures of assignments made elsewhere go the same way, and are told to be exposures alone', async () => {
  expect(await send('SendExposures', '{}', serverKey)).toMatchObject({ answer: { accepted: 1 } });
  expect(backend.ingested.at(-1)).toMatchObject({ body: '{}', exposuresOnly: true });
});

test('Who may not send is told so before the message is read, with the code that REST has', async () => {
  const asked = backend.ingested.length;
  expect(codeOf(await send('SendEvents', '{}', 'stsk_nobody'))).toBe('KEY_UNKNOWN');
  expect(codeOf(await send('SendEvents', '{}', apiToken))).toBe('KEY_WRONG_KIND');
  expect(codeOf(await send('SendEvents', '{}', clientKey, { origin: 'https://evil.example' }))).toBe('ORIGIN_NOT_ALLOWED');
  expect(codeOf(await send('SendEvents', 'x'.repeat(8 * eventsBodyLimit - 1_000), 'stsk_nobody'))).toBe('KEY_UNKNOWN');
  expect(backend.ingested).toHaveLength(asked);
});

test('A body as large as the limit goes on, a message above its own is refused, and an empty body too', async () => {
  expect(await send('SendEvents', 'x'.repeat(eventsBodyLimit), serverKey)).toHaveProperty('answer');
  expect(await send('SendEvents', 'x'.repeat(maxGrpcMessageBytes), serverKey)).toMatchObject({
    error: { code: grpc.status.RESOURCE_EXHAUSTED },
  });
  expect(codeOf(await send('SendEvents', '', serverKey))).toBe('MALFORMED_JSON');
  expect(codeOf(await send('SendEvents', '{}', serverKey, { encoding: 'x'.repeat(21) }))).toBe('UNSUPPORTED_MEDIA_TYPE');
});

test('A refusal of event-service comes with its code, its sentence, and when to come again; what failed inside does not', async () => {
  backend.state.ingestFails = problem('RATE_LIMITED', 'Too many items.', { retryAfterSeconds: 7 });
  const limited = await send('SendEvents', '{}', serverKey);
  expect(limited.error).toMatchObject({ code: grpc.status.RESOURCE_EXHAUSTED, details: 'Too many items.' });
  expect(codeOf(limited)).toBe('RATE_LIMITED');
  expect(limited.error?.metadata.get('retry-after')).toEqual(['7']);
  const overRest = await gateway.ask('POST', '/v1/sdk/events', { key: serverKey, body: '{}' });
  expect([overRest.status, overRest.headers.get('retry-after')]).toEqual([429, '7']);
  backend.state.ingestFails = new Error('a secret detail of the inside');
  const failed = await send('SendEvents', '{}', serverKey);
  expect(codeOf(failed)).toBe('INTERNAL');
  expect(failed.error?.details).not.toContain('secret');
});

test('A key that sends too often is refused, and its calls are counted by method and status', async () => {
  const slow = await startGateway(backend.definitions, { STITCHD_GATEWAY_RATE_LIMIT_SERVER_KEY: '1' });
  const asker = new loaded.stitchd.ingest.v1.ItemIngest(slow.grpcAddress, grpc.credentials.createInsecure());
  const before = client;
  client = asker;
  const codes = [];
  for (let count = 0; count < 11; count++) codes.push(codeOf(await send('SendEvents', '{}', serverKey)));
  client = before;
  asker.close();
  expect(codes).toEqual([...Array(10).fill(undefined), 'RATE_LIMITED']);
  const counted = (status: number) =>
    new RegExp(`stitchd_http_requests_total\\{method="gRPC",route="/stitchd.ingest.v1.ItemIngest/SendEvents",status="${status}"`);
  expect(await slow.metrics()).toMatch(counted(202));
  expect(await slow.metrics()).toMatch(counted(429));
  await slow.stop();
});

test('What is no gRPC is refused', async () => {
  const session = connect(`http://${gateway.grpcAddress}`);
  const headers = { ':method': 'POST', ':path': '/stitchd.ingest.v1.ItemIngest/SendEvents', 'content-type': 'application/json' };
  const stream = session.request({ ...headers, authorization: `Bearer ${serverKey}` });
  let status = 0;
  stream.on('response', (received) => (status = Number(received[':status'])));
  stream.end('{}');
  await until(() => status > 0);
  expect(status).toBe(415);
  session.destroy();
});
