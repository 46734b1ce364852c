import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { checksumOf, createReplica, type Entity } from '@stitchd/core';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import { expect, test } from 'vitest';
import { maxHistoryBytes, maxHistoryDeltas, maxSyncMessageBytes } from '../limits.ts';
import { createEnvironmentState, type EnvironmentState, type Position } from './environment-state.ts';

const flag = {
  type: 'boolean',
  archived: false,
  variants: [{ key: 'on', value: true }],
  enabled: true,
  offVariant: null,
  prerequisites: [],
  targets: [],
  rules: [],
  defaultServe: { variant: 'on' },
};

/** What flag-service would send, with its own idea of the state. */
function createSource() {
  const entities = new Map<string, Entity>();
  let revision = 1n;
  const encode = (fromRevision: bigint, changed: readonly Entity[], last = true): Uint8Array =>
    toBinary(
      SyncMessageSchema,
      create(SyncMessageSchema, {
        revision,
        fromRevision,
        last,
        checksum: checksumOf(entities.values()),
        entities: changed.map((entity) => ({
          ...entity,
          revision: BigInt(entity.revision),
          body: new TextEncoder().encode(entity.body),
        })),
      }),
    );
  function publish(kind: string, id: string, body: object): Uint8Array {
    const from = revision++;
    const entity = { kind, id, revision, body: JSON.stringify(body) };
    entities.set(id, entity);
    return encode(from, [entity]);
  }
  return {
    snapshot: (): Uint8Array => encode(0n, [...entities.values()]),
    heartbeat: (): Uint8Array => encode(revision, []),
    change: (id: string, text: string): Uint8Array => publish('other', id, { text }),
    /** A flag that serves a variant, with what else is said of it. */
    flag: (key: string, more: object): Uint8Array => publish('flag', key, { ...flag, key, ...more }),
    secret: (signingSecret: string): Uint8Array => publish('environment', 'e-1', { key: 'environment', signingSecret }),
    /** A change in two messages. */
    halves(): readonly [Uint8Array, Uint8Array] {
      const from = revision++;
      const made = ['x', 'y'].map((id) => ({ kind: 'other', id, revision, body: '{}' }));
      for (const entity of made) entities.set(entity.id, entity);
      return [encode(from, made.slice(0, 1), false), encode(from, made.slice(1))];
    },
  };
}

/** What a reader that stands somewhere has after it was caught up. */
function caughtUp(state: EnvironmentState, replica: ReturnType<typeof createReplica>): string[] {
  const have: Position = { revision: replica.revision, checksum: replica.checksum };
  return state.chunksSince(have, 'grpc').map((frame) => {
    expect(frame.readUInt32BE(1)).toBe(frame.length - 5);
    const message = fromBinary(SyncMessageSchema, frame.subarray(5));
    const entities = message.entities.map((entity) => ({ ...entity, body: Buffer.from(entity.body).toString('utf8') }));
    return replica.apply({ ...message, entities }).kind;
  });
}

test('A reader gets the very bytes that came in, from where it stands on', () => {
  const source = createSource();
  const state = createEnvironmentState('e-1');
  state.accept(source.snapshot());
  const reader = createReplica();
  expect(caughtUp(state, reader)).toEqual(['applied']);
  const change = source.change('a', 'ä');
  const accepted = state.accept(change);
  expect(accepted).toMatchObject({ kind: 'delta', delta: { from: { revision: 1n }, to: { revision: 2n } } });
  expect(state.chunksSince(reader, 'grpc').map((frame) => frame.subarray(5))).toEqual([Buffer.from(change)]);
  expect(caughtUp(state, reader)).toEqual(['applied']);
  expect(caughtUp(state, reader)).toEqual([]);
  expect(state.accept(source.heartbeat())).toEqual({ kind: 'nothing-new' });
});

test('A change of several messages goes out as a whole; what was half received when the stream broke is forgotten', () => {
  const source = createSource();
  const state = createEnvironmentState('e-1');
  state.accept(source.snapshot());
  const [first, second] = source.halves();
  expect(state.accept(first)).toEqual({ kind: 'nothing-new' });
  expect(state.position().revision).toBe(1n);
  state.beginStream();
  state.accept(first);
  const accepted = state.accept(second);
  expect(accepted.kind === 'delta' && accepted.delta.messages.in('grpc').length).toBe(2);
});

test('A change that does not fit asks for a snapshot and changes nothing', () => {
  const source = createSource();
  const state = createEnvironmentState('e-1');
  state.accept(source.snapshot());
  source.change('a', 'missed');
  expect(state.accept(source.change('b', 'next'))).toEqual({ kind: 'out-of-step', why: 'gap' });
  expect(state.position().revision).toBe(1n);
  expect(state.accept(source.snapshot())).toEqual({ kind: 'snapshot' });
  expect(state.position().revision).toBe(3n);
});

test('Deltas are kept up to a number; who was away for longer gets the whole state', () => {
  const source = createSource();
  const state = createEnvironmentState('e-1');
  state.accept(source.snapshot());
  const away = createReplica();
  caughtUp(state, away);
  for (let change = 0; change < maxHistoryDeltas; change++) state.accept(source.change('a', String(change)));
  expect(state.chunksSince(away, 'grpc')).toHaveLength(maxHistoryDeltas);
  state.accept(source.change('a', 'one more'));
  expect(caughtUp(state, away)).toEqual(['applied']);
  expect(away.revision).toBe(state.position().revision);
});

test('Deltas are kept up to 8 MiB; whoever lacks one that is gone gets the whole state', () => {
  const source = createSource();
  const state = createEnvironmentState('e-1');
  const text = 'x'.repeat(250_000);
  for (let entity = 0; entity < 40; entity++) source.change(`e${entity}`, text);
  state.accept(source.snapshot());
  const away = { ...state.position() };
  state.accept(source.change('e0', text));
  const one = Buffer.concat([...state.chunksSince(away, 'grpc')]).length;
  const fitting = Math.floor(maxHistoryBytes / one);
  for (let change = 1; change < fitting; change++) state.accept(source.change(`e${change}`, text));
  expect(state.chunksSince(away, 'grpc')).toHaveLength(fitting);
  state.accept(source.change('e39', text));
  const whole = state.chunksSince(createReplica(), 'grpc');
  expect(state.chunksSince(away, 'grpc')).toEqual(whole);
  expect(whole.length).not.toBe(fitting + 1);
});

test('Deltas that are longer than the whole state are not sent', () => {
  const source = createSource();
  const state = createEnvironmentState('e-1');
  state.accept(source.snapshot());
  const away = createReplica();
  caughtUp(state, away);
  for (let change = 0; change < 5; change++) state.accept(source.change('a', String(change).repeat(20_000)));
  expect(caughtUp(state, away)).toEqual(['applied']);
});

test('A snapshot is cut into messages of at most 1 MiB', () => {
  const source = createSource();
  const state = createEnvironmentState('e-1');
  for (let entity = 0; entity < 12; entity++) source.change(`e${entity}`, 'x'.repeat(250_000));
  state.accept(source.snapshot());
  const frames = state.chunksSince(createReplica(), 'grpc');
  expect(frames).toHaveLength(3);
  expect(Math.max(...frames.map(({ length }) => length))).toBeLessThanOrEqual(maxSyncMessageBytes + 5);
  expect(caughtUp(state, createReplica())).toEqual(['pending', 'pending', 'applied']);
});

test('A change is hidden from clients where it alters no answer to a client key, however far around', () => {
  const source = createSource();
  const state = createEnvironmentState('e-1');
  state.accept(source.snapshot());
  const isHidden = (bytes: Uint8Array): boolean | undefined => {
    const accepted = state.accept(bytes);
    return accepted.kind === 'delta' ? accepted.delta.isHiddenFromClients : undefined;
  };
  const prerequisites = [{ flag: 'hidden', variants: ['on'] }];
  expect(isHidden(source.flag('hidden', { clientVisible: false }))).toBe(true);
  expect(isHidden(source.change('a', 'of another kind'))).toBe(true);
  expect(isHidden(source.flag('shown', { clientVisible: true, prerequisites }))).toBe(false);
  expect(isHidden(source.flag('hidden', { clientVisible: false, enabled: false }))).toBe(false);
  expect(isHidden(source.flag('shown', { clientVisible: false, prerequisites }))).toBe(false);
  expect(isHidden(source.flag('hidden', { clientVisible: false, enabled: true }))).toBe(true);
  expect(isHidden(source.secret('A'.repeat(43)))).toBe(false);
});
