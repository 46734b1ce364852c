import type { Entity } from '@stitchd/core';
import { expect, test } from 'vitest';
import { maxSyncMessageBytes } from '../limits.ts';
import { encodeSnapshot } from './encode-snapshot.ts';
import { framedMessage } from './grpc-frame.ts';

test('No message of a snapshot is larger than 1 MiB, names of many bytes included, unless one entity alone is larger', () => {
  const largest = Number.MAX_SAFE_INTEGER;
  const small = (at: number): Entity => ({ kind: 'flag', id: `${'ü'.repeat(60)}${at}`, revision: largest, body: 'x' });
  const large: Entity = { kind: 'flag', id: 'large', revision: 1, body: 'x'.repeat(maxSyncMessageBytes) };
  const entities = [...Array.from({ length: 9_000 }, (_, at) => small(at)), large];
  const state = { revision: BigInt(largest), checksum: 2n ** 64n - 1n, entities: () => entities };
  const lengths = encodeSnapshot(state).map((frame) => framedMessage(frame).length);
  expect(lengths.filter((length) => length > maxSyncMessageBytes)).toHaveLength(1);
  expect(lengths.at(0)).toBeGreaterThan(maxSyncMessageBytes * 0.8);
});
