// The real gateway before a backend that knows one key and publishes changes of a given size; load comes from another process.
import { createHash, randomUUID } from 'node:crypto';
import { setInterval } from 'node:timers/promises';
import { create, toBinary } from '@bufbuild/protobuf';
import { checksumOf } from '@stitchd/core';
import { defineGateway } from '@stitchd/gateway';
import { Credentials, Invalidations } from '@stitchd/proto/auth/v1/auth';
import { Definitions } from '@stitchd/proto/flag/v1/flag';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import {
  createLogger,
  createMemoryKeyRing,
  createProcessContext,
  defineService,
  implement,
  problem,
  runTogether,
} from '@stitchd/service-kit';

export const serverKey = 'stsk_bench';
const keyHash = createHash('sha256').update(serverKey).digest('hex');

/** A stream of what is put, for one reader. */
function createFeed() {
  /** @type {unknown[]} */
  const items = [];
  let wake = () => {};
  return {
    /** @param {unknown} item */
    put(item) {
      items.push(item);
      wake();
    },
    /** @param {AbortSignal} signal */
    async *read(signal) {
      signal.addEventListener('abort', () => wake(), { once: true });
      while (!signal.aborted) {
        if (items.length > 0) yield items.shift();
        else await new Promise((resolve) => (wake = () => resolve(undefined)));
      }
    },
  };
}

/** A flag as flag-service renders it, with as many targets as its size asks for. @param {number} bytes */
function flagOf(bytes) {
  /** @type {string[]} */
  const keys = [];
  const body = {
    key: 'checkout',
    type: 'boolean',
    archived: false,
    clientVisible: false,
    variants: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
    enabled: true,
    offVariant: 'off',
    prerequisites: [],
    targets: [{ contextKind: 'user', variant: 'on', keys }],
    rules: [],
    defaultServe: { variant: 'on' },
  };
  while (JSON.stringify(body).length < bytes) keys.push(...Array.from({ length: Math.ceil(bytes / 400) }, () => randomUUID()));
  while (JSON.stringify(body).length > bytes && keys.length > 1) keys.pop();
  return JSON.stringify(body);
}

export async function startGateway() {
  let revision = 1n;
  let body = flagOf(1_000);
  const feed = createFeed();
  /** @param {bigint} fromRevision */
  const encode = (fromRevision) => {
    const entity = { kind: 'flag', id: 'f-1', revision, body };
    return toBinary(
      SyncMessageSchema,
      create(SyncMessageSchema, {
        revision,
        fromRevision,
        last: true,
        checksum: checksumOf([entity]),
        entities: [{ ...entity, body: Buffer.from(body) }],
      }),
    );
  };
  const auth = defineService({
    name: 'auth-service',
    serves: [Credentials, Invalidations],
    reaches: [],
    settings: {},
    access: {
      'stitchd.auth.v1.Credentials/VerifyKey': { services: ['gateway'], scope: 'none' },
      'stitchd.auth.v1.Invalidations/Watch': { services: ['gateway'], scope: 'none' },
    },
    create: async () => ({
      implementations: [
        implement(Credentials, {
          verifyKey({ sha256 }) {
            if (Buffer.from(sha256).toString('hex') !== keyHash) throw problem('KEY_UNKNOWN', 'There is no such key.');
            const tenant = { organisationId: 'o-1', projectId: 'p-1', environmentId: 'e-1' };
            return { id: 'k-1', name: 'bench', kind: 'sdk-key', keyKind: 'server', ...tenant };
          },
        }),
        implement(Invalidations, {
          async *watch(_, { signal }) {
            yield {};
            for await (const _tick of setInterval(5_000, undefined, { signal, ref: false })) yield {};
          },
        }),
      ],
    }),
  });
  const flags = defineService({
    name: 'flag-service',
    serves: [Definitions],
    reaches: [],
    settings: {},
    access: { 'stitchd.flag.v1.Definitions/Watch': { services: ['gateway'], scope: 'environment' } },
    create: async () => ({
      implementations: [
        implement(Definitions, {
          async *watch(_, { signal }) {
            yield { syncMessage: encode(0n) };
            for await (const syncMessage of feed.read(signal)) yield { syncMessage };
          },
        }),
      ],
    }),
  });
  const together = await runTogether(
    [auth, flags, defineGateway({ verifyAnswers: false })],
    createProcessContext({
      environment: {
        STITCHD_GATEWAY_HTTP_PORT: '0',
        STITCHD_GATEWAY_GRPC_PORT: '0',
        STITCHD_GATEWAY_HTTP_HOST: '127.0.0.1',
        STITCHD_GATEWAY_GRPC_HOST: '127.0.0.1',
      },
      log: createLogger('silent'),
      keyRing: createMemoryKeyRing(),
    }),
  );
  const gateway = together.services.find(({ definition }) => definition.name === 'gateway');
  return {
    ports: gateway?.instance.ports?.() ?? {},
    streams: async () => {
      const text = (await gateway?.registry.metrics()) ?? '';
      return [...text.matchAll(/^stitchd_sync_streams\{.*\} (\d+)$/gm)].reduce((sum, [, count]) => sum + Number(count), 0);
    },
    /** Publishes a change whose body has so many bytes. @param {number} bytes */
    push: (bytes) => {
      const from = revision++;
      body = flagOf(bytes);
      const message = encode(from);
      const startedUs = nowUs();
      feed.put(message);
      return { startedUs, bytes: message.length };
    },
  };
}

/** Microseconds of the machine's monotonic clock, which its processes share. */
export function nowUs() {
  return Number(process.hrtime.bigint() / 1_000n);
}
