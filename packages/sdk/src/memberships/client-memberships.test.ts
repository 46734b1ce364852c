import {
  compileDefinitions,
  createContextHandle,
  evaluate,
  type CompiledDefinitions,
  type ContextHandle,
  type Entity,
  type EvaluationContext,
  type ListSource,
  validationLimits,
} from '@stitchd/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sdkLimits } from '../sdk-limits.ts';
import { flagEntity } from '../sync/sync-server.test-support.ts';
import { webPlatform } from '../web-platform.ts';
import { startCheckServer, type CheckServer } from './check-server.test-support.ts';
import { createClientMemberships, type ClientMemberships } from './client-memberships.ts';

let server: CheckServer;
let memberships: ClientMemberships;
let compiled: CompiledDefinitions | undefined;
let nowMs: number;
let logged: string[];
const listeners = new Set<(changed: readonly string[]) => void>();

interface ListAs {
  readonly version?: number;
  readonly exact?: boolean;
  readonly included?: ListSource;
}

function listEntity(key: string, { version = 1, exact = false, included = { remote: true } }: ListAs = {}): Entity {
  const body = { key, type: 'list', contextKind: 'user', included, excluded: { keys: [] }, exact, membersVersion: version };
  return { kind: 'segment', id: key, revision: version, body: JSON.stringify(body) };
}

const inFlag = flagEntity('in', 1, {
  rules: [{ id: 'r', when: { inSegment: 'vip' }, serve: { variant: 'on' } }],
  defaultServe: { variant: 'off' },
});
const notInFlag = flagEntity('not-in', 1, {
  rules: [{ id: 'r', when: { not: { inSegment: 'vip' } }, serve: { variant: 'on' } }],
  defaultServe: { variant: 'off' },
});

function publish(...lists: readonly Entity[]): void {
  compiled = compileDefinitions([inFlag, notInFlag, ...lists], 1);
  for (const listener of listeners) listener([]);
}

/** As the client reads: `in`, `out` or `unknown`. */
function read(context: EvaluationContext | ContextHandle): string {
  const options = (): { memberships?: NonNullable<ReturnType<ClientMemberships['under']>> } => {
    const remembered = memberships.under(compiled, context);
    const own = createContextHandle(context).memberships ?? remembered;
    return own === undefined ? {} : { memberships: own };
  };
  const served = (flag: string) => evaluate(compiled, flag, context, 'boolean', false, options()).value === true;
  if (served('in')) return 'in';
  return served('not-in') ? 'out' : 'unknown';
}
const user = (targetingKey: string) => ({ targetingKey });
const answered = (...keys: readonly string[]) => expect.poll(() => keys.map((key) => read(user(key))), { interval: 2 });

beforeEach(async () => {
  server = await startCheckServer();
  server.lists.set('vip', new Set(['u-1', 'u-2', 'a\ufffdb']));
  nowMs = 0;
  logged = [];
  memberships = startMemberships();
  publish(listEntity('vip'));
});

function startMemberships(privateAttributes: readonly string[] = []): ClientMemberships {
  const log = (message: string): void => void logged.push(message);
  return createClientMemberships({
    url: server.url,
    sdkKey: 'stsk_x',
    offline: false,
    privateAttributes,
    logger: { debug: log, info: log, warn: log, error: log },
    platform: { ...webPlatform, random: () => 0, monotonicMs: () => nowMs },
    sync: {
      compiled: () => compiled,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      waitUntilReady: async () => compiled !== undefined,
    },
  });
}

afterEach(async () => {
  memberships.close();
  await server.close();
});

test('What is not known is reported as unknown at once, asked for in the background, and known a little later', async () => {
  expect([read(user('u-1')), read(user('u-9'))]).toEqual(['unknown', 'unknown']);
  expect(server.batches).toEqual([]);
  await answered('u-1', 'u-9').toEqual(['in', 'out']);
  expect(server.batches).toEqual([['u-1', 'u-9'].map((contextKey) => ({ segmentKey: 'vip', contextKey }))]);
  expect(server.headers[0]).toMatchObject({ 'x-stitchd-sdk-key': 'stsk_x', 'user-agent': webPlatform.userAgent });
  expect(memberships.counts()).toEqual({ known: 2, waiting: 0, dropped: 0, lastError: undefined });
});

test('A prepared context is known from its first evaluation on, for the flags that were named or for all', async () => {
  publish(listEntity('vip'), listEntity('other'));
  const all = await memberships.prepare(user('u-1'), undefined, undefined);
  expect([read(all), all.unresolved]).toEqual(['in', []]);
  const none = await memberships.prepare(user('u-2'), ['nowhere'], undefined);
  expect([server.batches.length, none.unresolved]).toEqual([1, []]);
  const named = await memberships.prepare(none, 'in', undefined);
  expect([read(named), server.batches.length]).toEqual(['in', 2]);
});

test('A question is asked once, however many wait for its answer', async () => {
  let open = (): void => undefined;
  server.gate = new Promise((resolve) => (open = resolve));
  const waiting = Promise.all(Array.from({ length: 50 }, () => memberships.prepare(user('u-1'), undefined, undefined)));
  await expect.poll(() => server.batches.length).toBe(1);
  read(user('u-1'));
  const late = memberships.prepare(user('u-1'), undefined, undefined);
  open();
  const handles = [...(await waiting), await late];
  expect([handles.map(read), server.batches.length]).toEqual([handles.map(() => 'in'), 1]);
});

test('1,000 questions are asked at once and no more, and few batches are on their way together', async () => {
  const count = sdkLimits.maxMembershipQuestions * 6 + 1;
  let open = (): void => undefined;
  server.gate = new Promise((resolve) => (open = resolve));
  const handles = Promise.all(
    Array.from({ length: count }, (_, index) => memberships.prepare(user(`u-${index}`), undefined, { timeoutMs: 60_000 })),
  );
  await expect.poll(() => server.batches.length).toBe(sdkLimits.maxMembershipRequests);
  open();
  expect((await handles).filter(({ unresolved }) => unresolved.length > 0)).toEqual([]);
  expect(server.batches.map(({ length }) => length).toSorted((a, b) => a - b)).toEqual([
    1, 1_000, 1_000, 1_000, 1_000, 1_000, 1_000,
  ]);
});

test('A batch of long keys stays below what the server takes, and a key that no list can have is not asked for', async () => {
  const long = (index: number) => `${index}-${'\u{10ffff}'.repeat(500)}`;
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => memberships.prepare(user(long(index)), undefined, undefined)));
  const sizes = server.batches.map((questions) => Buffer.byteLength(JSON.stringify({ questions })));
  expect([sizes.length > 1, Math.max(...sizes) < 1_048_576]).toEqual([true, true]);
  const before = server.batches.length;
  const tooLong = await memberships.prepare(user('k'.repeat(validationLimits.listKeyBytes + 1)), undefined, undefined);
  expect([read(tooLong), server.batches.length]).toEqual(['out', before]);
});

test('Beyond the limit questions are dropped and counted, and a later evaluation asks again', async () => {
  let open = (): void => undefined;
  server.gate = new Promise((resolve) => (open = resolve));
  const key = (index: number) => user(`u-${index}`);
  for (let index = 0; index <= sdkLimits.maxWaitingMemberships; index++) read(key(index + 10));
  // Both flags ask.
  expect(memberships.counts()).toMatchObject({ waiting: sdkLimits.maxWaitingMemberships, dropped: 2 });
  open();
  await answered(`u-${sdkLimits.maxWaitingMemberships + 10}`).toEqual(['out']);
});

test('A stale answer is used while it is asked for again; an expired one is not', async () => {
  const { freshMs, usableMs } = sdkLimits.membershipTimes;
  await memberships.prepare(user('u-9'), undefined, undefined);
  nowMs = freshMs - 1;
  expect([read(user('u-9')), memberships.counts().waiting]).toEqual(['out', 0]);
  server.lists.get('vip')?.add('u-9');
  nowMs = freshMs;
  expect([read(user('u-9')), memberships.counts().waiting]).toEqual(['out', 1]);
  await answered('u-9').toEqual(['in']);
  server.reply = () => ({ status: 503, body: '' });
  nowMs += usableMs;
  expect(read(user('u-9'))).toBe('unknown');
});

test('A change of the list makes answers stale at once, for a handle that was prepared too, and those of an exact list worthless', async () => {
  const handle = await memberships.prepare(user('u-9'), undefined, undefined);
  server.lists.get('vip')?.add('u-9');
  publish(listEntity('vip', { version: 2 }));
  expect([read(handle), memberships.counts().waiting]).toEqual(['out', 1]);
  await expect.poll(() => read(handle)).toBe('in');
  server.lists.get('vip')?.delete('u-9');
  publish(listEntity('vip', { version: 3, exact: true }));
  expect(read(handle)).toBe('unknown');
  await expect.poll(() => read(handle)).toBe('out');
  expect(read(await memberships.prepare(handle, undefined, undefined))).toBe('out');
});

test('While a changed list can not be asked about, the old answer is used for ten seconds and no longer', async () => {
  await memberships.prepare(user('u-1'), undefined, undefined);
  server.reply = () => ({ status: 503, body: '' });
  publish(listEntity('vip', { version: 2 }));
  expect(read(user('u-1'))).toBe('in');
  nowMs += sdkLimits.membershipTimes.usableAfterChangeMs;
  expect(read(user('u-1'))).toBe('unknown');
});

test('What is known of a list does not outlive its return to the definitions', async () => {
  const handle = await memberships.prepare(user('u-9'), undefined, undefined);
  expect(read(handle)).toBe('out');
  publish(listEntity('vip', { version: 2, included: { keys: ['u-9'] } }));
  expect([read(handle), read(user('u-9')), memberships.counts().known]).toEqual(['in', 'in', 0]);
  server.lists.get('vip')?.add('u-9');
  publish(listEntity('vip', { version: 3 }));
  expect([read(handle), read(user('u-9'))]).toEqual(['unknown', 'unknown']);
  await expect.poll(() => [read(handle), read(user('u-9'))]).toEqual(['in', 'in']);
});

test('An answer that comes after its list came home is not kept', async () => {
  let open = (): void => undefined;
  server.gate = new Promise((resolve) => (open = resolve));
  const preparing = memberships.prepare(user('u-1'), undefined, undefined);
  await expect.poll(() => server.batches.length).toBe(1);
  publish(listEntity('vip', { included: { keys: ['u-2'] } }));
  open();
  const handle = await preparing;
  expect([memberships.counts().known, read(handle)]).toEqual([0, 'out']);
});

test('A server that fails is asked again after a pause, and prepare waits for it while that was its first failure', async () => {
  let failures = 1;
  server.reply = () => (failures-- > 0 ? { status: 503, body: '{"code":"STORE_UNAVAILABLE"}' } : undefined);
  const handle = await memberships.prepare(user('u-1'), undefined, undefined);
  expect([read(handle), server.batches.length]).toEqual(['in', 2]);
  expect(logged).toEqual([
    expect.stringContaining('they stay as last known: HTTP 503 STORE_UNAVAILABLE'),
    'the server answers which lists hold a key again',
  ]);
});

test('What Retry-After says is kept, and meanwhile prepare resolves with what stayed unknown instead of asking', async () => {
  server.reply = () => ({ status: 429, body: '', headers: { 'retry-after': '20' } });
  const first = await memberships.prepare(user('u-1'), undefined, { timeoutMs: 50 });
  expect([first.unresolved, read(first), server.batches.length]).toEqual([['vip'], 'unknown', 1]);
  const second = await memberships.prepare(user('u-2'), undefined, { timeoutMs: 50 });
  expect([second.unresolved, server.batches.length, memberships.counts().lastError]).toEqual([['vip'], 1, 'HTTP 429']);
});

test('A server that is gone, a key that is refused and an answer that is none leave the list unknown, and nothing rejects', async () => {
  const replies = [
    { status: 401, body: '{"code":"KEY_REVOKED"}' },
    { status: 200, body: 'no JSON' },
    { status: 200, body: '{}' },
    { status: 200, body: '{"answers":[{"segmentKey":"other","contextKey":"u-1","outcome":"member"}]}' },
    { status: 200, body: '{"answers":[{"segmentKey":"vip","contextKey":"u-1","outcome":"perhaps"}]}' },
    { status: 200, body: '{"answers":[null]}' },
  ];
  const outcomes: unknown[] = [];
  for (const reply of replies) {
    const own = await startCheckServer();
    own.reply = () => reply;
    const log = (): void => undefined;
    const asked = createClientMemberships({
      url: own.url,
      sdkKey: 'stsk_x',
      offline: false,
      privateAttributes: [],
      logger: { debug: log, info: log, warn: log, error: log },
      platform: { ...webPlatform, random: () => 0 },
      sync: { compiled: () => compiled, onChange: () => () => undefined, waitUntilReady: async () => true },
    });
    outcomes.push((await asked.prepare(user('u-1'), undefined, { timeoutMs: 1_000 })).unresolved);
    await own.close();
    outcomes.push((await asked.prepare(user('u-5'), undefined, { timeoutMs: 1_000 })).unresolved);
    asked.close();
  }
  expect(outcomes).toEqual(outcomes.map(() => ['vip']));
});

test('That the server knows no such list is asked again after a while, not at every evaluation', async () => {
  server.lists.delete('vip');
  const handle = await memberships.prepare(user('u-1'), undefined, undefined);
  expect([handle.unresolved, read(handle), memberships.counts().waiting]).toEqual([['vip'], 'unknown', 0]);
  server.lists.set('vip', new Set(['u-1']));
  nowMs += sdkLimits.membershipTimes.unknownListMs;
  await expect.poll(() => read(handle)).toBe('in');
});

test('A lone surrogate counts as U+FFFD, as in every other form of a list', async () => {
  expect(read(await memberships.prepare(user('a\ud800b'), undefined, undefined))).toBe('in');
  publish(listEntity('vip', { included: { keys: ['a\ufffdb'] } }));
  expect(read(user('a\ud800b'))).toBe('in');
});

test('A key that is private is asked of nobody: whether a list has it stays unknown, and other keys are asked as ever', async () => {
  const person = { targetingKey: 'u-1', privateAttributes: ['targetingKey'] };
  expect(read(person)).toBe('unknown');
  const handle = await memberships.prepare(person, undefined, undefined);
  expect([handle.unresolved, read(handle), read(createContextHandle(person))]).toEqual([['vip'], 'unknown', 'unknown']);
  const hiding = startMemberships(['key']);
  expect((await hiding.prepare(user('u-1'), undefined, undefined)).unresolved).toEqual(['vip']);
  expect(hiding.under(compiled, user('u-1'))?.get('vip', 'u-1')).toBeUndefined();
  hiding.close();
  // Whatever was asked before has arrived before this answer.
  await answered('u-2').toEqual(['in']);
  expect(server.batches).toEqual([[{ segmentKey: 'vip', contextKey: 'u-2' }]]);
});

test('Whatever is passed, prepare resolves with a handle', async () => {
  const hostile = {
    get targetingKey(): string {
      throw new Error('a getter');
    },
    get timeoutMs(): number {
      throw new Error('a getter');
    },
  };
  for (const junk of [
    undefined,
    null,
    0,
    '',
    'u-1',
    Symbol('s'),
    1n,
    [],
    () => undefined,
    hostile,
    new Proxy([], {
      get: () => {
        throw new Error('trap');
      },
    }),
  ]) {
    for (const handle of [
      await memberships.prepare(junk, undefined, undefined),
      await memberships.prepare(user('u-1'), junk, undefined),
      await memberships.prepare(user('u-1'), undefined, junk),
    ])
      expect(read(handle)).toBeTypeOf('string');
  }
  expect(read(await memberships.prepare(user('u-1'), [7, null, 'in'], { timeoutMs: Number.NaN }))).toBe('in');
});

test('Before the first definitions prepare resolves after its time, and after close at once; nothing is asked any more', async () => {
  compiled = undefined;
  expect((await memberships.prepare(user('u-1'), undefined, { timeoutMs: 1 })).unresolved).toEqual([]);
  publish(listEntity('vip'));
  server.gate = new Promise(() => undefined);
  const waiting = memberships.prepare(user('u-1'), undefined, undefined);
  await expect.poll(() => server.batches.length).toBe(1);
  memberships.close();
  expect((await waiting).unresolved).toEqual(['vip']);
  expect((await memberships.prepare(user('u-2'), undefined, undefined)).unresolved).toEqual(['vip']);
  expect([read(user('u-3')), server.batches.length, listeners.size]).toEqual(['unknown', 1, 0]);
});

test('Offline nobody is asked', async () => {
  const log = (): void => undefined;
  const offline = createClientMemberships({
    url: server.url,
    sdkKey: 'stsk_x',
    offline: true,
    privateAttributes: [],
    logger: { debug: log, info: log, warn: log, error: log },
    platform: webPlatform,
    sync: { compiled: () => compiled, onChange: () => () => undefined, waitUntilReady: async () => true },
  });
  const handle = await offline.prepare(user('u-1'), undefined, undefined);
  expect([handle.unresolved, handle.memberships?.get('vip', 'u-1'), server.batches]).toEqual([['vip'], undefined, []]);
});
