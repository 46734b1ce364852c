import { fromBinary } from '@bufbuild/protobuf';
import { SyncMessageSchema } from './gen/stitchd/sync/v1/sync_pb.ts';
import { expect, test } from 'vitest';
import { encodeSyncMessages, type SyncEntity } from './encode-sync-messages.ts';

const entity = (id: string, bytes: number): SyncEntity => ({ kind: 'flag', id, revision: 7, body: new Uint8Array(bytes) });
const change = (entities: readonly SyncEntity[], removed: readonly { kind: string; id: string }[] = []) => ({
  revision: 9,
  fromRevision: 5,
  checksum: 2n ** 64n - 1n,
  entities,
  removed,
});

test('A change without entities is one message that is the last: a heartbeat', () => {
  const [only, ...more] = encodeSyncMessages(change([]), 1_000);
  expect(more).toEqual([]);
  expect(fromBinary(SyncMessageSchema, only ?? new Uint8Array())).toMatchObject({
    revision: 9n,
    fromRevision: 5n,
    last: true,
    checksum: 2n ** 64n - 1n,
    entities: [],
    removed: [],
  });
});

test('No message exceeds the limit, everything comes once, and only the final one says that it is', () => {
  const entities = Array.from({ length: 100 }, (_, index) => entity(`id-${index}`, (index * 37) % 900));
  const removed = Array.from({ length: 50 }, (_, index) => ({ kind: 'list-shard', id: `gone-${index}` }));
  const messages = encodeSyncMessages(change(entities, removed), 1_000);
  expect(Math.max(...messages.map(({ length }) => length))).toBeLessThanOrEqual(1_000);
  const decoded = messages.map((bytes) => fromBinary(SyncMessageSchema, bytes));
  expect(decoded.flatMap((message) => message.entities.map(({ id }) => id))).toEqual(entities.map(({ id }) => id));
  expect(decoded.flatMap((message) => message.removed.map(({ id }) => id))).toEqual(removed.map(({ id }) => id));
  expect(decoded.map(({ last }) => last)).toEqual([...decoded.slice(1).map(() => false), true]);
  expect(decoded.every(({ revision, fromRevision }) => revision === 9n && fromRevision === 5n)).toBe(true);
});

test('An entity beyond the limit travels alone', () => {
  const messages = encodeSyncMessages(change([entity('a', 10), entity('large', 5_000), entity('b', 10)]), 1_000);
  expect(messages.map((bytes) => fromBinary(SyncMessageSchema, bytes).entities.map(({ id }) => id))).toEqual([
    ['a'],
    ['large'],
    ['b'],
  ]);
});

test('Numbers and names of any size stay within what is counted for them', () => {
  const largest = {
    kind: 'k'.repeat(200),
    id: 'ä'.repeat(200),
    revision: Number.MAX_SAFE_INTEGER,
    body: new Uint8Array(4_000_000),
  };
  const [bytes = new Uint8Array()] = encodeSyncMessages({ ...change([largest]), revision: Number.MAX_SAFE_INTEGER }, 1);
  expect(bytes.length).toBeLessThanOrEqual(4_000_000 + 200 + 400 + 40 + 48);
});
