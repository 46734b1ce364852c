import { fingerprintOf } from '@stitchd/core';
import type { FingerprintedKey } from '@stitchd/db/segment';

/** A fingerprint is stored less 2^63, since PostgreSQL's integers have a sign. */
const storedOffset = 2n ** 63n;

/** Keys with their fingerprints as the store keeps them. */
export function storedKeys(keys: readonly string[]): readonly FingerprintedKey[] {
  return keys.map((key) => ({ key, fingerprint: fingerprintOf(key) - storedOffset }));
}

/** The fingerprints of stored keys as they are on the wire: unsigned. */
export function wireValues(keys: readonly Pick<FingerprintedKey, 'fingerprint'>[]): readonly bigint[] {
  return keys.map(({ fingerprint }) => fingerprint + storedOffset);
}
