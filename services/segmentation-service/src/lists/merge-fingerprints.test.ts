import { fingerprintBytes } from '@stitchd/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergeFingerprints } from './merge-fingerprints.ts';

const most = 2n ** 64n - 1n;
// Few different values, so that they meet; the largest and smallest too.
const fingerprints = fc.array(fc.oneof(fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: most - 5n, max: most })));

test('Merging gives what core writes for the same set, whatever is added twice or removed without being there', () => {
  fc.assert(
    fc.property(fingerprints, fingerprints, fingerprints, (present, added, removed) => {
      const gone = new Set(removed);
      const merged = mergeFingerprints(Buffer.from(fingerprintBytes(present)), added, gone);
      const expected = [...present, ...added].filter((fingerprint) => !gone.has(fingerprint));
      expect(merged).toEqual(Buffer.from(fingerprintBytes(expected)));
    }),
    { seed: 7 },
  );
});
