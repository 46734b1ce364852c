import { readFileSync } from 'node:fs';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { fileURLToPath } from 'node:url';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { createReplica } from '@stitchd/core';
import { afterEach, expect, test } from 'vitest';
import {
  apiToken,
  clientKey,
  createBackend,
  flagEntity as flag,
  serverKey,
  startGateway,
  until,
} from '../backend.test-support.ts';
import { rateLimitWindowSeconds } from '../limits.ts';
import { grpcFrame } from './grpc-frame.ts';
import { syncPath } from './serve-sync.ts';

const endings: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const proto = fileURLToPath(new URL('../../../../packages/proto/proto/stitchd/sync/v1/sync.proto', import.meta.url));
const loaded = grpc.loadPackageDefinition(loadSync(proto, { longs: String, defaults: true })) as unknown as {
  readonly stitchd: { readonly sync: { readonly v1: { readonly FlagSync: grpc.ServiceClientConstructor } } };
};

interface WireMessage {
  readonly revision: string;
  readonly fromRevision: string;
  readonly last: boolean;
  readonly checksum: string;
  readonly entities: readonly { readonly kind: string; readonly id: string; readonly revision: string; readonly body: Buffer }[];
  readonly removed: readonly { readonly kind: string; readonly id: string }[];
}

/** A stock gRPC client that applies what it gets. */
function sync(address: string, key: string, have: { readonly revision?: bigint; readonly checksum?: bigint } = {}) {
  const client = new loaded.stitchd.sync.v1.FlagSync(address, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  const replica = createReplica();
  const messages: WireMessage[] = [];
  const outcomes: string[] = [];
  const syncDefinitions = client['SyncDefinitions'] as (
    request: object,
    metadata: grpc.Metadata,
  ) => grpc.ClientReadableStream<WireMessage>;
  const call = syncDefinitions.call(
    client,
    { haveRevision: String(have.revision ?? 0n), haveChecksum: String(have.checksum ?? 0n) },
    metadata,
  );
  const state: { status?: grpc.StatusObject; metadata?: grpc.Metadata } = {};
  call.on('data', (message: WireMessage) => {
    messages.push(message);
    outcomes.push(
      replica.apply({
        revision: BigInt(message.revision),
        fromRevision: BigInt(message.fromRevision),
        last: message.last,
        checksum: BigInt(message.checksum),
        entities: (message.entities ?? []).map((each) => ({
          ...each,
          revision: BigInt(each.revision),
          body: each.body.toString('utf8'),
        })),
        removed: message.removed ?? [],
      }).kind,
    );
  });
  call.on('error', () => undefined);
  call.on('metadata', (received: grpc.Metadata) => {
    state.metadata = received;
  });
  call.on('status', (status) => {
    state.status = status;
  });
  endings.push(() => {
    call.cancel();
    client.close();
  });
  return { call, replica, messages, outcomes, state };
}

/** A connection on which a stream is opened by its headers, and its request is sent when the test says. */
function connectByHand(address: string) {
  const session = connect(`http://${address}`);
  session.on('error', () => undefined);
  endings.push(() => session.destroy());
  return {
    open(key: string) {
      const headers = { ':method': 'POST', ':path': syncPath, 'content-type': 'application/grpc', te: 'trailers' };
      const stream = session.request({ ...headers, authorization: `Bearer ${key}` }, { endStream: false });
      const answer: { headers?: IncomingHttpHeaders; closed?: true } = {};
      stream.on('error', () => undefined);
      stream.on('response', (received) => (answer.headers = received));
      stream.on('close', () => (answer.closed = true));
      stream.resume();
      return { stream, answer, send: () => stream.end(grpcFrame(new Uint8Array())) };
    },
  };
}

async function start(environment: Record<string, string> = {}) {
  const backend = createBackend();
  const gateway = await startGateway(backend.definitions, environment);
  endings.push(gateway.stop);
  return { backend, gateway, address: gateway.grpcAddress };
}

test('A stock gRPC client gets a snapshot, and then each change as it is published', async () => {
  const { backend, address } = await start();
  backend.publish(flag('a', true));
  const one = sync(address, serverKey);
  const two = sync(address, serverKey);
  await until(() => one.replica.revision === 2n && two.replica.revision === 2n);
  backend.publish(flag('b', true));
  await until(() => one.replica.revision === 3n && two.replica.revision === 3n);
  expect([...(one.replica.compiled?.flags.keys() ?? [])]).toEqual(['a', 'b']);
  expect(one.outcomes).toEqual(['applied', 'applied']);
  expect(one.state.metadata?.get('stitchd-environment-id')).toEqual(['e-1']);
  expect(one.messages.map(({ fromRevision }) => fromRevision)).toEqual(['0', '2']);
  expect(backend.openWatches()).toBe(1);
});

test('A client that was cut off for a moment gets what it missed, and one that knows another state gets all of it', async () => {
  const { backend, address } = await start();
  backend.publish(flag('a', true));
  const first = sync(address, serverKey);
  await until(() => first.replica.revision === 2n);
  const have = { revision: first.replica.revision, checksum: first.replica.checksum };
  backend.publish(flag('b', true));
  backend.publish(flag('c', true));
  await until(() => first.replica.revision === 4n);

  const late = sync(address, serverKey, have);
  const upToDate = sync(address, serverKey, { revision: 4n, checksum: first.replica.checksum });
  const astray = sync(address, serverKey, { revision: 2n, checksum: 1n });
  await until(() => late.messages.length === 2 && upToDate.messages.length === 1 && astray.replica.revision === 4n);
  expect(late.messages.map(({ fromRevision, revision }) => [fromRevision, revision])).toEqual([
    ['2', '3'],
    ['3', '4'],
  ]);
  expect(upToDate.messages[0]).toMatchObject({ fromRevision: '4', revision: '4', entities: [] });
  expect(astray.messages[0]).toMatchObject({ fromRevision: '0', revision: '4' });
});

test('A state of several megabytes comes in messages of at most one, applied as a whole', async () => {
  const { backend, address } = await start();
  const keys = Array.from({ length: 60 }, (_, at) => `${at}-${'k'.repeat(50_000)}`);
  backend.publish(
    ...keys.map((key, at) => ({
      kind: 'segment',
      id: `s${at}`,
      body: { key: `s${at}`, type: 'list', contextKind: 'user', included: { keys: [key] }, excluded: { keys: [] } },
    })),
  );
  const client = sync(address, serverKey);
  await until(() => client.replica.revision === 2n);
  expect(client.outcomes).toEqual(['pending', 'pending', 'applied']);
  const largest = Math.max(...client.messages.map(({ entities }) => entities.reduce((sum, { body }) => sum + body.length, 0)));
  expect(largest).toBeLessThanOrEqual(1_048_576);
});

test.each([
  ['an unknown key', 'stsk_nobody', grpc.status.UNAUTHENTICATED, 'KEY_UNKNOWN'],
  ['no SDK key', 'stat_editor', grpc.status.PERMISSION_DENIED, 'KEY_WRONG_KIND'],
  ['a client key, which may not read rules', clientKey, grpc.status.PERMISSION_DENIED, 'KEY_WRONG_KIND'],
])('%s is refused with a status, a sentence and a code', async (_, key, code, problemCode) => {
  const { address } = await start();
  const { state } = sync(address, key);
  await until(() => state.status !== undefined);
  expect(state.status).toMatchObject({ code, details: expect.stringMatching(/\w+/) as unknown });
  expect(state.status?.metadata.get('stitchd-problem-code')).toEqual([problemCode]);
});

test('Revoking a key ends its streams and those of no other', async () => {
  const { backend, address } = await start();
  backend.addKey('stsk_other', { kind: 'sdk-key', keyKind: 'server' });
  backend.publish(flag('a', true));
  const revoked = sync(address, serverKey);
  const other = sync(address, 'stsk_other');
  await until(() => revoked.replica.revision === 2n && other.replica.revision === 2n);
  backend.revoke(serverKey);
  await until(() => revoked.state.status !== undefined);
  expect(revoked.state.status).toMatchObject({ code: grpc.status.UNAUTHENTICATED, details: 'The key was revoked.' });
  const again = sync(address, serverKey);
  await until(() => again.state.status !== undefined);
  expect(again.state.status?.metadata.get('stitchd-problem-code')).toEqual(['KEY_REVOKED']);
  backend.publish(flag('b', true));
  await until(() => other.replica.revision === 3n);
});

test('A key that is revoked between the headers of a stream and its request opens none', async () => {
  const { backend, address } = await start();
  backend.publish(flag('a', true));
  const connection = connectByHand(address);
  const late = connection.open(serverKey);
  const inTime = connection.open(serverKey);
  inTime.send();
  await until(() => inTime.answer.headers !== undefined);
  backend.revoke(serverKey);
  await until(() => inTime.answer.closed === true);
  late.send();
  await until(() => late.answer.headers !== undefined);
  expect(late.answer.headers).toMatchObject({ 'stitchd-problem-code': 'KEY_REVOKED' });
});

test('While flag-service is away streams stay open and new ones are served; afterwards all catch up', async () => {
  const { backend, address } = await start();
  backend.publish(flag('a', true));
  const before = sync(address, serverKey);
  await until(() => before.replica.revision === 2n);
  backend.state.isDown = true;
  backend.cutWatches();
  await until(() => backend.openWatches() === 0);
  backend.publish(flag('b', true));
  const meanwhile = sync(address, serverKey);
  await until(() => meanwhile.replica.revision === 2n);
  expect(before.state.status).toBeUndefined();
  backend.state.isDown = false;
  await until(() => before.replica.revision === 3n && meanwhile.replica.revision === 3n);
  // It said which revision it has, so that it could have been given the changes alone.
  expect(backend.state.watches).toEqual([0n, 2n]);
});

test('A change that is lost on its way to the gateway makes it ask for everything, and all streams converge', async () => {
  const { backend, address } = await start();
  backend.publish(flag('a', true));
  const client = sync(address, serverKey);
  await until(() => client.replica.revision === 2n);
  backend.publishUnheard(flag('b', true));
  backend.publish(flag('c', true));
  await until(() => client.replica.revision === 4n);
  expect([...(client.replica.compiled?.flags.keys() ?? [])]).toEqual(['a', 'b', 'c']);
  expect(client.state.status).toBeUndefined();
  // It said that it has nothing, so that it could only be given all.
  expect(backend.state.watches).toEqual([0n, 0n]);
});

test('Definitions of a newer flag-service go through with the bytes that they have, whatever they mean', async () => {
  const { backend, address } = await start();
  backend.publish({ kind: 'from-the-future', id: 'x', body: { __proto__x: ['ä', { deep: [1e21] }] } });
  const client = sync(address, serverKey);
  await until(() => client.replica.revision === 2n);
  backend.publish(flag('a', true), { kind: 'another', id: 'x', body: 'text' });
  await until(() => client.replica.revision === 3n);
  expect(client.outcomes).toEqual(['applied', 'applied']);
  const late = sync(address, serverKey);
  await until(() => late.replica.revision === 3n);
  expect(late.replica.checksum).toBe(client.replica.checksum);
  const bodies = [...late.replica.entities()].map(({ kind, body }) => [kind, body]);
  expect(bodies).toContainEqual(['from-the-future', '{"__proto__x":["ä",{"deep":[1e+21]}]}']);
});

test('A stream beyond the largest number is refused until another ends', async () => {
  const { backend, address } = await start({ STITCHD_GATEWAY_MAX_STREAMS: '1' });
  backend.publish(flag('a', true));
  const first = sync(address, serverKey);
  await until(() => first.replica.revision === 2n);
  const second = sync(address, serverKey);
  await until(() => second.state.status !== undefined);
  expect(second.state.status).toMatchObject({ code: grpc.status.RESOURCE_EXHAUSTED });
  first.call.cancel();
  await until(async () => {
    const third = sync(address, serverKey);
    await until(() => third.state.status !== undefined || third.replica.revision === 2n);
    return third.replica.revision === 2n;
  });
});

test('A stream whose request has not arrived counts too, until it is closed', async () => {
  const { backend, address } = await start({ STITCHD_GATEWAY_MAX_STREAMS: '1' });
  backend.publish(flag('a', true));
  const connection = connectByHand(address);
  const pending = connection.open(serverKey);
  const refused = connection.open(serverKey);
  await until(() => refused.answer.headers !== undefined);
  expect(refused.answer.headers).toMatchObject({ 'stitchd-problem-code': 'RATE_LIMITED' });
  pending.stream.close();
  await until(async () => {
    const next = sync(address, serverKey);
    await until(() => next.state.status !== undefined || next.replica.revision === 2n);
    return next.replica.revision === 2n;
  });
});

test('Guessing keys is limited by address as it is over HTTP, and both count together', async () => {
  const { backend, gateway, address } = await start({ STITCHD_GATEWAY_RATE_LIMIT_ADDRESS: '1' });
  backend.publish(flag('a', true));
  const guess = async (key: string) => {
    const { state } = sync(address, key);
    await until(() => state.status !== undefined);
    return state.status?.metadata.get('stitchd-problem-code');
  };
  for (let at = 1; at < rateLimitWindowSeconds; at++) expect(await guess(`stsk_guess${at}`)).toEqual(['KEY_UNKNOWN']);
  const right = sync(address, serverKey);
  await until(() => right.replica.revision === 2n);
  expect(await guess('stsk_last')).toEqual(['KEY_UNKNOWN']);
  expect(await guess(serverKey)).toEqual(['RATE_LIMITED']);
  expect(await gateway.ask('GET', '/v1/projects', { key: apiToken })).toMatchObject({ status: 429 });
});

test('A gateway that stops ends its streams so that SDKs connect to another', async () => {
  const { backend, gateway, address } = await start();
  backend.publish(flag('a', true));
  const client = sync(address, serverKey);
  await until(() => client.replica.revision === 2n);
  await gateway.stop();
  await until(() => client.state.status !== undefined);
  expect(client.state.status).toMatchObject({ code: grpc.status.UNAVAILABLE });
});

test('A reader that pauses gets the latest state when it reads again, not a queue', async () => {
  const { backend, address } = await start();
  backend.publish(flag('a', true));
  const slow = sync(address, serverKey);
  const quick = sync(address, serverKey);
  await until(() => slow.replica.revision === 2n && quick.replica.revision === 2n);
  slow.call.pause();
  const list = (at: number) => ({
    kind: 'segment',
    id: 's',
    body: {
      key: 's',
      type: 'list',
      contextKind: 'user',
      included: { keys: [`${at}${'k'.repeat(300_000)}`] },
      excluded: { keys: [] },
    },
  });
  for (let at = 0; at < 40; at++) {
    backend.publish(list(at));
    await until(() => quick.replica.revision === BigInt(at + 3));
  }
  slow.call.resume();
  await until(() => slow.replica.revision === 42n);
  expect(slow.replica.checksum).toBe(quick.replica.checksum);
  expect(slow.messages.length).toBeLessThan(quick.messages.length);
});

test('The same port answers gRPC health and reflection', async () => {
  const { address } = await start();
  const health = loadSync(
    fileURLToPath(new URL('../../../../packages/proto/proto/grpc/health/v1/health.proto', import.meta.url)),
  );
  const { grpc: packages } = grpc.loadPackageDefinition(health) as unknown as {
    readonly grpc: { readonly health: { readonly v1: { readonly Health: grpc.ServiceClientConstructor } } };
  };
  const client = new packages.health.v1.Health(address, grpc.credentials.createInsecure());
  endings.push(() => client.close());
  const check = client['Check'] as (request: object, done: (error: unknown, answer: unknown) => void) => void;
  const answer = await new Promise((resolve, reject) => {
    check.call(client, { service: 'stitchd.sync.v1.FlagSync' }, (error, value) =>
      error ? reject(error as Error) : resolve(value),
    );
  });
  expect(answer).toEqual({ status: 1 });
  expect(readFileSync(proto, 'utf8')).toContain('service FlagSync');
});
