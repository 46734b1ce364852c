import { fingerprintBytes, fingerprintOf, encodeBase64 } from '@stitchd/core';
import { expect, test } from 'vitest';
import { shardBody, shardId } from './shard-body.ts';

test('A shard carries the same bytes as core writes for the same keys', () => {
  const fingerprints = Array.from({ length: 500 }, (_, index) => fingerprintOf(`user-${index}`));
  const stored = Buffer.alloc(fingerprints.length * 8);
  for (const [index, fingerprint] of fingerprints.toSorted((a, b) => (a < b ? -1 : 1)).entries())
    stored.writeBigInt64BE(fingerprint - 2n ** 63n, index * 8);
  expect(JSON.parse(shardBody('beta', 'included', 4, 3, stored))).toEqual({
    segment: 'beta',
    side: 'included',
    shard: 3,
    of: 4,
    fingerprints: encodeBase64(fingerprintBytes(fingerprints)),
  });
});

test('An empty shard is a shard', () => {
  expect(JSON.parse(shardBody('beta', 'excluded', 2, 0, new Uint8Array())).fingerprints).toBe('');
  expect(shardId('s', 'excluded', 0)).toBe('s:excluded:0');
});
