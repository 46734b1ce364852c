import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { create, toBinary, type MessageInitShape } from '@bufbuild/protobuf';
import { checksumOf, type Entity, type ProblemCode } from '@stitchd/core';
import { Credentials, Directory, Invalidations, type KeyIdentity, KeyIdentitySchema } from '@stitchd/proto/auth/v1/auth';
import { Ingestion } from '@stitchd/proto/event/v1/event';
import { Definitions } from '@stitchd/proto/flag/v1/flag';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import {
  createLogger,
  createMemoryKeyRing,
  createProcessContext,
  currentCall,
  currentPrincipal,
  defineService,
  implement,
  problem,
  runTogether,
  type Principal,
  type ServiceDefinition,
  type Unready,
} from '@stitchd/service-kit';
import { defineGateway } from './service.ts';

/** Streams of one kind: what is put goes to each that is open. */
function createChannel<T>() {
  const readers = new Set<(item: T | undefined) => void>();
  return {
    put(item: T): void {
      for (const reader of readers) reader(item);
    },
    /** Ends every stream. */
    cut(): void {
      for (const reader of readers) reader(undefined);
    },
    open: () => readers.size,
    async *read(signal: AbortSignal): AsyncGenerator<T> {
      const items: (T | undefined)[] = [];
      let wake: () => void = () => undefined;
      const reader = (item: T | undefined): void => {
        items.push(item);
        wake();
      };
      readers.add(reader);
      signal.addEventListener('abort', () => reader(undefined), { once: true });
      try {
        for (;;) {
          while (items.length === 0) await new Promise<void>((resolve) => (wake = resolve));
          const item = items.shift();
          if (item === undefined) return;
          yield item;
        }
      } finally {
        readers.delete(reader);
      }
    },
  };
}

export const serverKey = 'stsk_server';
export const clientKey = 'stck_client';
export const apiToken = 'stat_editor';

/** A boolean flag as flag-service renders it. */
export function flagEntity(key: string, enabled = true) {
  const variants = [
    { key: 'on', value: true },
    { key: 'off', value: false },
  ];
  const decides = { enabled, offVariant: 'off', prerequisites: [], targets: [], rules: [], defaultServe: { variant: 'on' } };
  return { kind: 'flag', id: key, body: { key, type: 'boolean', archived: false, clientVisible: false, variants, ...decides } };
}

const tenant = { organisationId: 'o-1', projectId: 'p-1', environmentId: 'e-1' };

/** The services behind the gateway as far as these tests need them: over the real kit, without stores. */
export function createBackend() {
  const keys = new Map<string, KeyIdentity | 'revoked'>();
  const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
  const addKey = (key: string, identity: MessageInitShape<typeof KeyIdentitySchema>): void => {
    keys.set(hashOf(key), create(KeyIdentitySchema, { id: key, name: key, ...tenant, ...identity }));
  };
  addKey(serverKey, { kind: 'sdk-key', keyKind: 'server' });
  addKey(clientKey, { kind: 'sdk-key', keyKind: 'client', allowedOrigins: ['https://shop.example'] });
  addKey(apiToken, { kind: 'api-token', role: 'editor' });

  const invalidations = createChannel<{ readonly keySha256?: Uint8Array }>();
  const changes = createChannel<Uint8Array>();
  const entities = new Map<string, Entity>();
  const state = {
    revision: 1n,
    lookUps: 0,
    watches: [] as bigint[],
    isDown: false,
    isAuthDown: false,
    leftMs: 0,
    listsFail: undefined as ProblemCode | undefined,
    ingestFails: undefined as Error | undefined,
    /** What segmentation-service says of a key of a list. */
    outcomeOf: (_segmentKey: string, contextKey: string): string => (contextKey === 'u-in' ? 'member' : 'not-member'),
  };
  const ingested: {
    readonly principal: Principal;
    readonly body: string;
    readonly contentEncoding: string;
    readonly exposuresOnly: boolean;
  }[] = [];
  const encode = (fromRevision: bigint, changed: readonly Entity[], removed: readonly Entity[] = []): Uint8Array =>
    toBinary(
      SyncMessageSchema,
      create(SyncMessageSchema, {
        revision: state.revision,
        fromRevision,
        last: true,
        checksum: checksumOf(entities.values()),
        entities: changed.map((entity) => ({
          ...entity,
          revision: BigInt(entity.revision),
          body: new TextEncoder().encode(entity.body),
        })),
        removed: removed.map(({ kind, id }) => ({ kind, id })),
      }),
    );
  /** Takes a change into the state as the next revision. */
  const render = (
    changed: readonly { readonly kind: string; readonly id: string; readonly body: unknown }[],
  ): readonly Entity[] => {
    state.revision++;
    const rendered = changed.map(({ kind, id, body }) => ({ kind, id, revision: state.revision, body: JSON.stringify(body) }));
    for (const entity of rendered) entities.set(`${entity.kind} ${entity.id}`, entity);
    return rendered;
  };
  /** How long the services still had when they were asked. */
  const noteLeft = (): void => {
    state.leftMs = (currentCall()?.deadlineMs ?? 0) - Date.now();
  };
  const requireUp = (isDown: boolean): void => {
    if (isDown) throw problem('SERVICE_UNAVAILABLE', 'is down');
  };

  const auth = defineService({
    name: 'auth-service',
    serves: [Credentials, Invalidations, Directory],
    reaches: [],
    settings: {},
    access: {
      'stitchd.auth.v1.Credentials/VerifyKey': { services: ['gateway'], scope: 'none' },
      'stitchd.auth.v1.Invalidations/Watch': { services: ['gateway'], scope: 'none' },
      'stitchd.auth.v1.Directory/ResolveScope': { people: 'project.read', scope: 'organisation' },
      'stitchd.auth.v1.Directory/ListProjects': { people: 'project.read', scope: 'organisation' },
      'stitchd.auth.v1.Directory/CreateProject': { people: 'flag.write', scope: 'organisation' },
      'stitchd.auth.v1.Directory/UpdateProject': { people: 'flag.write', scope: 'organisation' },
      'stitchd.auth.v1.Directory/GetProject': { people: 'project.read', scope: 'organisation' },
    },
    create: async () => ({
      unready: async (): Promise<Unready> => (state.isAuthDown ? { postgres: 'refused at 10.0.0.7' } : {}),
      implementations: [
        implement(Credentials, {
          verifyKey({ sha256 }) {
            requireUp(state.isAuthDown);
            state.lookUps++;
            const identity = keys.get(Buffer.from(sha256).toString('hex'));
            if (identity === undefined) throw problem('KEY_UNKNOWN', 'There is no such key.');
            if (identity === 'revoked') throw problem('KEY_REVOKED', 'The key was revoked.');
            return identity;
          },
        }),
        implement(Invalidations, {
          async *watch(_, { signal }) {
            requireUp(state.isAuthDown);
            yield {};
            yield* invalidations.read(signal);
          },
        }),
        implement(Directory, {
          resolveScope({ projectKey, environmentKey }) {
            if (projectKey !== 'shop') throw problem('NOT_FOUND', `There is no project ${projectKey}.`);
            return { projectId: 'p-1', environmentId: environmentKey === '' ? '' : 'e-1' };
          },
          listProjects: () => ({ items: [], nextCursor: '' }),
          getProject: () => {
            throw new Error('a secret detail of the inside');
          },
          createProject: ({ key, name }) => ({ id: 'p-1', key, name, version: 1, createdAt: { seconds: 0n, nanos: 0 } }),
          updateProject: () => {
            throw problem('VERSION_MISMATCH', 'It is at version 7.', { current: { key: 'shop', version: 7 } });
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
          async *watch({ environmentId, haveRevision }, { signal }) {
            requireUp(state.isDown);
            if (currentPrincipal().environmentId !== environmentId) throw problem('PERMISSION_DENIED', 'of another environment');
            state.watches.push(haveRevision);
            const live = changes.read(signal);
            // The reader is registered by its first pull, before the state is told.
            const first = live.next();
            yield {
              syncMessage: haveRevision === state.revision ? encode(state.revision, []) : encode(0n, [...entities.values()]),
            };
            for (let step = await first; step.done !== true; step = await live.next()) yield { syncMessage: step.value };
          },
        }),
      ],
    }),
  });

  const others = defineService({
    name: 'event-service',
    serves: [Ingestion, Segments],
    reaches: [],
    settings: {},
    access: {
      'stitchd.event.v1.Ingestion/Ingest': { sdkKeys: ['server', 'client'], scope: 'environment' },
      'stitchd.segment.v1.Segments/ChangeListKeys': { people: 'segment.write', scope: 'environment' },
      'stitchd.segment.v1.Segments/ListKeys': { people: 'segment.read', scope: 'environment' },
      'stitchd.segment.v1.Segments/CheckMembership': {
        services: ['gateway'],
        sdkKeys: ['server'],
        people: 'segment.read',
        scope: 'environment',
      },
    },
    create: async () => ({
      implementations: [
        implement(Ingestion, {
          ingest({ body, contentEncoding, exposuresOnly }) {
            if (state.ingestFails !== undefined) throw state.ingestFails;
            const text = Buffer.from(body).toString('latin1');
            ingested.push({ principal: currentPrincipal(), body: text, contentEncoding, exposuresOnly });
            return {
              accepted: 1,
              rejected: [{ index: 1, id: 'x', code: 'EVENT_UNDEFINED', message: 'was never defined' }],
              quarantined: [{ index: 0, id: 'y', eventKey: 'unheard' }],
            };
          },
        }),
        implement(Segments, {
          listKeys() {
            noteLeft();
            return { items: [], nextCursor: '' };
          },
          changeListKeys({ addKeys, remove }) {
            noteLeft();
            const createdAt = { seconds: 0n, nanos: 0 };
            const segment = { id: 's-1', key: 'beta', name: 'Beta', type: 'list', version: 1, createdAt };
            return { added: addKeys.length, removed: remove.length, segment };
          },
          checkMembership({ questions }) {
            noteLeft();
            if (state.listsFail !== undefined) throw problem(state.listsFail, 'fails');
            const answers = questions.map(({ segmentKey, contextKey }) => ({
              segmentKey,
              contextKey,
              outcome: state.outcomeOf(segmentKey, contextKey),
            }));
            return { answers };
          },
        }),
      ],
    }),
  });

  return {
    definitions: [auth, flags, others] as readonly ServiceDefinition[],
    state,
    ingested,
    addKey,
    revoke(key: string): void {
      keys.set(hashOf(key), 'revoked');
      invalidations.put({ keySha256: Buffer.from(hashOf(key), 'hex') });
    },
    /** Publishes entities in place of all that there were, as one change; they keep the revisions that they have. */
    replace(next: readonly Entity[]): void {
      const from = state.revision;
      state.revision++;
      const named = new Map(next.map((entity) => [`${entity.kind} ${entity.id}`, entity]));
      const gone = [...entities].flatMap(([name, entity]) => (named.has(name) ? [] : [entity]));
      entities.clear();
      for (const [name, entity] of named) entities.set(name, entity);
      changes.put(encode(from, next, gone));
    },
    /** Publishes entities as one change of the environment. */
    publish(...changed: readonly { readonly kind: string; readonly id: string; readonly body: unknown }[]): void {
      const from = state.revision;
      changes.put(encode(from, render(changed)));
    },
    /** Publishes a change whose message never arrives. */
    publishUnheard(...changed: readonly { readonly kind: string; readonly id: string; readonly body: unknown }[]): void {
      render(changed);
    },
    cutWatches: () => changes.cut(),
    cutInvalidations: () => invalidations.cut(),
    heartbeatOfAuth: () => invalidations.put({}),
    openWatches: () => changes.open(),
    openInvalidations: () => invalidations.open(),
  };
}

export type Backend = ReturnType<typeof createBackend>;

/** Runs the gateway before a backend, on ports of the system's choice; every answer is compared with what is documented. */
export async function startGateway(
  definitions: readonly ServiceDefinition[],
  environment: Readonly<Record<string, string>> = {},
  log = createLogger((process.env['STITCHD_TEST_LOG'] ?? 'silent') as 'silent'),
) {
  const together = await runTogether(
    [...definitions, defineGateway({ verifyAnswers: true })],
    createProcessContext({
      environment: {
        STITCHD_GATEWAY_HTTP_PORT: '0',
        STITCHD_GATEWAY_GRPC_PORT: '0',
        STITCHD_GATEWAY_HTTP_HOST: '127.0.0.1',
        STITCHD_GATEWAY_GRPC_HOST: '127.0.0.1',
        STITCHD_DRAIN_TIMEOUT: '1s',
        ...environment,
      },
      log,
      keyRing: createMemoryKeyRing(),
    }),
  );
  const made = together.services.find(({ definition }) => definition.name === 'gateway');
  const { http = 0, grpc = 0 } = made?.instance.ports?.() ?? {};
  const url = `http://127.0.0.1:${http}`;
  return {
    url,
    grpcAddress: `127.0.0.1:${grpc}`,
    metrics: async (): Promise<string> => (await made?.registry.metrics()) ?? '',
    stop: together.stop,
    reachAs: together.reachAs,
    /** Asks REST; a body that is no text is sent as JSON. */
    async ask(method: string, path: string, options: { key?: string; body?: unknown; headers?: Record<string, string> } = {}) {
      const { key, body, headers } = options;
      const response = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        text,
        json:
          (response.headers.get('content-type') ?? '').includes('json') && text !== ''
            ? (JSON.parse(text) as unknown)
            : undefined,
      };
    },
  };
}

/** Waits until something holds, however long it takes; the test's own timeout ends it. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(5);
}
