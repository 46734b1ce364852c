import { encodeBase64, fingerprintBytes, fingerprintOf } from '@stitchd/core';
import { expect, test } from 'vitest';
import { fingerprintsIn, shardBody, shardId, wireFingerprints } from './shard-body.ts';

const place = { segmentKey: 'beta', side: 'included', of: 4, shard: 3 } as const;

test('A shard carries the same bytes as core writes for the same keys', () => {
  const fingerprints = Array.from({ length: 500 }, (_, index) => fingerprintOf(`user-${index}`));
  const stored = Buffer.alloc(fingerprints.length * 8);
  for (const [index, fingerprint] of fingerprints.toSorted((a, b) => (a < b ? -1 : 1)).entries())
    stored.writeBigInt64BE(fingerprint - 2n ** 63n, index * 8);
  const body = shardBody(place, wireFingerprints(stored));
  expect(JSON.parse(body)).toEqual({
    segment: 'beta',
    side: 'included',
    shard: 3,
    of: 4,
    fingerprints: encodeBase64(fingerprintBytes(fingerprints)),
  });
  expect(fingerprintsIn(body)).toEqual(Buffer.from(fingerprintBytes(fingerprints)));
});

test('An empty shard is a shard', () => {
  expect(JSON.parse(shardBody(place, Buffer.alloc(0))).fingerprints).toBe('');
  expect(shardId('s', 'excluded', 0)).toBe('s:excluded:0');
});
