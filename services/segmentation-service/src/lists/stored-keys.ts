import { fingerprintOf } from '@stitchd/core';
import type { FingerprintedKey } from '@stitchd/db/segment';

/** A fingerprint is stored less 2^63, since PostgreSQL's integers have a sign. */
const storedOffset = 2n ** 63n;

/** A key that is to be in a list, perhaps only until a time. */
export type NewKey = Pick<FingerprintedKey, 'key' | 'expiresAt'>;

/** Keys with their fingerprints as the store keeps them. */
export function storedKeys(keys: readonly NewKey[]): readonly FingerprintedKey[] {
  return keys.map(({ key, expiresAt }) => ({ key, expiresAt, fingerprint: fingerprintOf(key) - storedOffset }));
}

/** Keys that stay, each once. */
export function lastingKeys(keys: readonly string[]): readonly NewKey[] {
  return [...new Set(keys)].map((key) => ({ key }));
}

/** Stored fingerprints as they are on the wire: unsigned. */
export function wireValues(fingerprints: readonly bigint[]): readonly bigint[] {
  return fingerprints.map((fingerprint) => fingerprint + storedOffset);
}

/** The top 16 bits of stored fingerprints, each once. */
export function prefixesOf(fingerprints: readonly bigint[]): readonly number[] {
  return [...new Set(fingerprints.map((fingerprint) => Number((fingerprint + storedOffset) >> 48n)))];
}
