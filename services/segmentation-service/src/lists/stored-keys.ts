import { fingerprintOf } from '@stitchd/core';
import type { FingerprintedKey } from '@stitchd/db/segment';

/** Keys with their fingerprints as the store keeps them. */
export function storedKeys(keys: readonly string[]): readonly FingerprintedKey[] {
  return keys.map((key) => ({ key, fingerprint: fingerprintOf(key) - 2n ** 63n }));
}
