import { create, toBinary } from '@bufbuild/protobuf';
import { checksumOf } from '@stitchd/core';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import { isProblem, problem } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { maxBlockedMs } from '../limits.ts';
import { createEnvironmentState } from './environment-state.ts';
import { createSyncStream } from './sync-stream.ts';

/** A state that changes its one entity, and a stream whose reader the test holds back. */
function start() {
  const state = createEnvironmentState('e-1');
  let revision = 0n;
  const publish = (text: string) => {
    const from = revision++;
    const entity = { kind: 'other', id: 'a', revision, body: JSON.stringify(text) };
    const message = { revision, fromRevision: from, last: true, checksum: checksumOf([entity]) };
    const encoded = create(SyncMessageSchema, { ...message, entities: [{ ...entity, body: Buffer.from(entity.body) }] });
    return state.accept(toBinary(SyncMessageSchema, encoded));
  };
  const written: Buffer[] = [];
  const ends: unknown[] = [];
  const reader = { flows: true, drain: (): void => undefined, isOpen: true };
  const clock = { nowMs: 1_000 };
  const kinds: string[] = [];
  const stream = createSyncStream({
    keyHash: 'k',
    have: { revision: 0n, checksum: 0n },
    nowMs: () => clock.nowMs,
    onWritten: (kind) => kinds.push(kind),
    sink: {
      form: 'grpc',
      isOpen: () => reader.isOpen,
      write(chunk) {
        written.push(chunk);
        return reader.flows;
      },
      onceDrained: (then) => (reader.drain = then),
      end: (error) => ends.push(error),
    },
  });
  const offer = (text: string): void => {
    const accepted = publish(text);
    if (accepted.kind === 'delta') stream.offer(accepted.delta, state);
  };
  publish('first');
  stream.catchUp(state);
  return { state, stream, reader, clock, written, ends, kinds, offer };
}

test('A reader that is busy is written nothing until it reads again; then it is brought to the latest state at once', () => {
  const { state, reader, written, kinds, offer } = start();
  offer('second');
  reader.flows = false;
  offer('third');
  const before = written.length;
  for (let at = 0; at < 100; at++) offer(`${at}${'x'.repeat(10_000)}`);
  expect(written).toHaveLength(before);
  reader.flows = true;
  reader.drain();
  // A hundred changes are longer than the whole state.
  expect(written.slice(before)).toEqual(state.chunksSince({ revision: 0n, checksum: 0n }, 'grpc'));
  offer('last');
  expect(kinds).toEqual(['state', 'delta', 'delta', 'state', 'delta']);
});

test('A reader that takes nothing for the longest time is told and cut at the next heartbeat, and not before', () => {
  const { state, stream, reader, clock, ends, offer } = start();
  reader.flows = false;
  offer('second');
  clock.nowMs += maxBlockedMs;
  stream.heartbeat(state);
  expect(ends).toEqual([]);
  clock.nowMs += 1;
  stream.heartbeat(state);
  expect(ends.map((error) => isProblem(error, 'RATE_LIMITED'))).toEqual([true]);
});

test('A stream that has ended is written nothing more and ends once', () => {
  const { state, stream, written, ends, offer } = start();
  stream.end(problem('KEY_REVOKED', 'The key was revoked.'));
  stream.end(problem('KEY_REVOKED', 'The key was revoked.'));
  const before = written.length;
  offer('second');
  stream.heartbeat(state);
  stream.catchUp(state);
  expect([written.length, ends.length]).toEqual([before, 1]);
});

test('A reader that is gone is written nothing', () => {
  const { state, stream, reader, written, ends, offer } = start();
  reader.isOpen = false;
  const before = written.length;
  offer('second');
  stream.heartbeat(state);
  stream.end(problem('KEY_REVOKED', 'The key was revoked.'));
  expect([written.length, ends.length]).toEqual([before, 0]);
});
