import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Directory } from '@stitchd/proto/auth/v1/auth';
import { afterEach, expect, test } from 'vitest';
import { defineService, implement, type ServiceContext, type Unready } from '../define-service.ts';
import { createDirectoryKeyRing, createMemoryKeyRing } from '../identity/key-ring.ts';
import { createLogger } from '../observe/log.ts';
import { createProcessContext } from './process-context.ts';
import { runApart } from './run-apart.ts';
import { runTogether } from './run-together.ts';

const endings: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

function twoServices(unready: () => Unready) {
  const asked: { peers?: ServiceContext<{}>['unreadyPeers'] } = {};
  const directory = defineService({
    name: 'auth-service',
    serves: [Directory],
    reaches: [],
    settings: {},
    access: {},
    create: async () => ({ implementations: [implement(Directory, {})], unready: async () => unready() }),
  });
  const gateway = defineService({
    name: 'gateway',
    serves: [],
    reaches: [],
    settings: {},
    access: {},
    async create({ unreadyPeers }) {
      asked.peers = unreadyPeers;
      return { implementations: [] };
    },
  });
  return { definitions: [directory, gateway], asked };
}

const log = createLogger('silent');

test('Together, a service learns which other can not work and why', async () => {
  let unready: Unready = {};
  const { definitions, asked } = twoServices(() => unready);
  const context = createProcessContext({ environment: {}, log, keyRing: createMemoryKeyRing() });
  endings.push((await runTogether(definitions, context)).stop);
  expect(await asked.peers?.()).toEqual({});
  unready = { postgres: 'refused' };
  expect(await asked.peers?.()).toEqual({ 'auth-service': { postgres: 'refused' } });
});

test('Apart, a service learns which other is not ready and which does not answer', async () => {
  let unready: Unready = {};
  const keys = await mkdtemp(path.join(os.tmpdir(), 'stitchd-keys-'));
  endings.push(() => rm(keys, { recursive: true, force: true }));
  const { definitions, asked } = twoServices(() => unready);
  const keyRing = createDirectoryKeyRing(keys, Date.now);
  const auth = await runApart(
    'auth-service',
    definitions,
    createProcessContext({ environment: { STITCHD_AUTH_GRPC_PORT: '0' }, log, keyRing }),
  );
  endings.push(auth.stop);
  const environment = { STITCHD_AUTH_ADDR: `127.0.0.1:${auth.grpcPort}` };
  const gateway = await runApart('gateway', definitions, createProcessContext({ environment, log, keyRing }));
  endings.push(gateway.stop);
  expect(await asked.peers?.()).toEqual({});
  unready = { postgres: 'refused' };
  expect(await asked.peers?.()).toEqual({ 'auth-service': { postgres: 'refused' } });
  await auth.stop();
  expect(await asked.peers?.()).toEqual({ 'auth-service': { 'auth-service': 'does not answer' } });
});
