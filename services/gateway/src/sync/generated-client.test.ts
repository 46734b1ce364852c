import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { createReplica } from '@stitchd/core';
import { ProblemSchema } from '@stitchd/proto/common/v1/common';
import { FlagSync } from '@stitchd/proto/sync/v1/sync';
import { afterEach, expect, test } from 'vitest';
import { createBackend, serverKey, startGateway, until } from '../backend.test-support.ts';
import { asReplicaMessage } from './wire-form.ts';

const endings: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

/** A client made of the generated descriptor, which applies what it gets. */
async function start() {
  const backend = createBackend();
  const gateway = await startGateway(backend.definitions);
  endings.push(gateway.stop);
  const client = createClient(FlagSync, createGrpcTransport({ baseUrl: `http://${gateway.grpcAddress}` }));
  const follow = (have: { readonly haveRevision?: bigint; readonly haveChecksum?: bigint } = {}) => {
    const replica = createReplica();
    const outcomes: string[] = [];
    const seen: { headers?: Headers; error?: ConnectError; ended?: true } = {};
    const stopping = new AbortController();
    const read = async (): Promise<void> => {
      const headers = { 'x-stitchd-sdk-key': serverKey };
      const onHeader = (received: Headers): void => void (seen.headers = received);
      for await (const message of client.syncDefinitions(have, { headers, onHeader, signal: stopping.signal }))
        outcomes.push(replica.apply(asReplicaMessage(message)).kind);
    };
    const reading = read().then(
      () => void (seen.ended = true),
      (error: unknown) => void (seen.error = ConnectError.from(error)),
    );
    endings.push(async () => {
      stopping.abort();
      await reading;
    });
    return { replica, outcomes, seen };
  };
  return { backend, follow };
}

test('A generated client gets a snapshot, each change, and what it missed when it comes back', async () => {
  const { backend, follow } = await start();
  backend.publish({ kind: 'other', id: 'a', body: { text: 'ä😀' } });
  const first = follow();
  await until(() => first.replica.revision === 2n);
  expect(first.seen.headers?.get('stitchd-environment-id')).toBe('e-1');
  backend.publish({ kind: 'other', id: 'b', body: {} });
  await until(() => first.replica.revision === 3n);
  expect(first.outcomes).toEqual(['applied', 'applied']);
  const again = follow({ haveRevision: 3n, haveChecksum: first.replica.checksum });
  await until(() => again.outcomes.length === 1);
  expect([again.outcomes, again.replica.revision]).toEqual([['gap'], 0n]);
});

test('To a generated client a revoked key is a status with the problem as its detail', async () => {
  const { backend, follow } = await start();
  backend.publish({ kind: 'other', id: 'a', body: {} });
  const reader = follow();
  await until(() => reader.replica.revision === 2n);
  backend.revoke(serverKey);
  await until(() => reader.seen.error !== undefined);
  expect(reader.seen.error?.code).toBe(Code.Unauthenticated);
  expect(reader.seen.error?.findDetails(ProblemSchema)).toMatchObject([{ code: 'KEY_REVOKED' }]);
});
