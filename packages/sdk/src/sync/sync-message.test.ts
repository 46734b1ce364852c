import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { SyncMessageSchema, SyncRequestSchema } from '@stitchd/proto/sync/v1/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readSyncMessage, WireError, writeSyncRequest } from './sync-message.ts';

const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const revision = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const text = fc.string({ unit: 'grapheme' });
const reference = fc.record({ kind: text, id: text });
const entity = fc.record({ kind: text, id: text, revision, body: text });
const message = fc.record({
  revision,
  fromRevision: revision,
  last: fc.boolean(),
  checksum: uint64,
  entities: fc.array(entity),
  removed: fc.array(reference),
});

test('What a protobuf runtime writes is read as it was meant', () => {
  fc.assert(
    fc.property(message, (expected) => {
      const bytes = toBinary(
        SyncMessageSchema,
        create(SyncMessageSchema, {
          ...expected,
          revision: BigInt(expected.revision),
          fromRevision: BigInt(expected.fromRevision),
          entities: expected.entities.map((each) => ({
            ...each,
            revision: BigInt(each.revision),
            body: new TextEncoder().encode(each.body),
          })),
        }),
      );
      expect(readSyncMessage(bytes)).toEqual(expected);
    }),
  );
});

test('What is asked for is read by a protobuf runtime as it was meant', () => {
  fc.assert(
    fc.property(uint64, uint64, (haveRevision, haveChecksum) => {
      expect(fromBinary(SyncRequestSchema, writeSyncRequest(haveRevision, haveChecksum))).toMatchObject({
        haveRevision,
        haveChecksum,
      });
    }),
  );
});

test('Fields of a newer server are passed over, of every kind of value', () => {
  const newer = [
    [0x78, 0x96, 0x01], // 15: a varint
    [0x79, 1, 2, 3, 4, 5, 6, 7, 8], // 15: eight bytes
    [0x7a, 3, 1, 2, 3], // 15: a chunk
    [0x7d, 1, 2, 3, 4], // 15: four bytes
    [0x0a, 1, 65], // 1, which is a number here, as a chunk
  ];
  for (const bytes of newer) {
    expect(readSyncMessage(Uint8Array.from([...bytes, 0x08, 5]))).toMatchObject({ revision: 5 });
  }
});

test('Bytes that are no message are refused, and nothing else is thrown', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      try {
        readSyncMessage(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(WireError);
      }
    }),
  );
  const refused = (why: string, ...bytes: number[]) => expect(() => readSyncMessage(Uint8Array.from(bytes)), why).toThrow(why);
  refused('cut off', 0x2a, 5, 1);
  refused('cut off', 0x21, 1, 2);
  refused('too large', 0x08, 255, 255, 255, 255, 255, 255, 255, 127);
  refused('too long', 0x08, ...Array.from({ length: 12 }, () => 255));
  refused('unknown kind 3', 0x0b);
});
