import { bucketCount } from '../definitions/split.ts';
import { type HashPair, hashPairInto, mixWithSalt } from './murmur3.ts';

/** A salt taken apart once, as signed integers, so that bucketing does no parsing. */
export interface Salt {
  readonly high: number;
  readonly low: number;
}

const saltPattern = /^[0-9a-f]{16}$/;

/** Reads a salt of 16 lower-case hex digits, of which the first 8 are the high half; `undefined` for other text. */
export function parseSalt(text: string): Salt | undefined {
  if (!saltPattern.test(text)) return undefined;
  return { high: Number.parseInt(text.slice(0, 8), 16) | 0, low: Number.parseInt(text.slice(8), 16) | 0 };
}

/** Writes 8 random bytes as a salt. */
export function saltFromBytes(random: Uint8Array): string {
  if (random.length !== 8) throw new RangeError(`a salt needs 8 random bytes, got ${random.length}`);
  return Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The two unsigned 32-bit hashes of a unit's text, of any length. */
export function hashUnit(unit: string): HashPair {
  const pair = { h1: 0, h2: 0 };
  hashPairInto(unit, pair);
  return { h1: pair.h1 >>> 0, h2: pair.h2 >>> 0 };
}

/** The bucket, 0…99,999, of a hashed unit under a salt that was taken apart. */
export function bucketUnder(h1: number, h2: number, salt: Salt): number {
  // x * 100,000 stays below 2^49 and dividing by 2^32 only moves the exponent: both are exact in doubles.
  return Math.floor((mixWithSalt(h1, h2, salt.high, salt.low) * bucketCount) / 0x1_0000_0000);
}

/**
 * The bucket, 0…99,999, of a hashed unit.
 *
 * @param salt - 16 lower-case hex digits
 * @throws RangeError for any other salt, which is a programmer's mistake: definitions are checked before
 */
export function bucketOf(h1: number, h2: number, salt: string): number {
  const parsed = parseSalt(salt);
  if (parsed === undefined) throw new RangeError('a salt is 16 lower-case hex digits');
  return bucketUnder(h1, h2, parsed);
}

/** The 64-bit fingerprint of a key in a list: h1 in the high half, h2 in the low. */
export function fingerprintOf(key: string): bigint {
  const { h1, h2 } = hashUnit(key);
  return (BigInt(h1) << 32n) | BigInt(h2);
}
