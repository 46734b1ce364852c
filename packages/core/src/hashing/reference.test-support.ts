/**
 * murmur3_x86_32 written a second time, straight from its description: over bytes, in BigInt, one seed at a time. It shares
 * nothing with the implementation, so that the two can check each other.
 */
const mask = 0xffff_ffffn;

function rotateLeft(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (32n - bits))) & mask;
}

export function referenceMurmur3(bytes: Uint8Array, seed: bigint): bigint {
  let hash = seed;
  const blocks = Math.floor(bytes.length / 4);
  const scramble = (k: bigint): bigint => (rotateLeft((k * 0xcc9e2d51n) & mask, 15n) * 0x1b873593n) & mask;
  for (let block = 0; block < blocks; block++) {
    let k = 0n;
    for (let i = 3; i >= 0; i--) k = (k << 8n) | BigInt(bytes[block * 4 + i] ?? 0);
    hash = (rotateLeft(hash ^ scramble(k), 13n) * 5n + 0xe6546b64n) & mask;
  }
  let tail = 0n;
  for (let i = bytes.length - 1; i >= blocks * 4; i--) tail = (tail << 8n) | BigInt(bytes[i] ?? 0);
  hash ^= scramble(tail);
  hash ^= BigInt(bytes.length);
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) & mask;
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) & mask;
  return hash ^ (hash >> 16n);
}

/** UTF-8 with lone surrogates as U+FFFD, by the platform's encoder. */
export function referenceUtf8(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text.toWellFormed(), 'utf8'));
}

export interface HashingVector {
  readonly unit: string;
  readonly salt: string;
  readonly h1: number;
  readonly h2: number;
  readonly x: number;
  readonly bucket: number;
  readonly fingerprint: string;
}

function littleEndian(value: bigint): number[] {
  return [0n, 8n, 16n, 24n].map((shift) => Number((value >> shift) & 0xffn));
}

/** Everything that `conformance/hashing/vectors.json` says about a unit and a salt. */
export function referenceVector(unit: string, salt: string): HashingVector {
  const bytes = referenceUtf8(unit);
  const h1 = referenceMurmur3(bytes, 0n);
  const h2 = referenceMurmur3(bytes, 0x9747b28cn);
  const high = BigInt(`0x${salt.slice(0, 8)}`);
  const low = BigInt(`0x${salt.slice(8)}`);
  const x = referenceMurmur3(Uint8Array.from([h1, h2, low].flatMap(littleEndian)), high);
  return {
    unit,
    salt,
    h1: Number(h1),
    h2: Number(h2),
    x: Number(x),
    bucket: Number((x * 100_000n) >> 32n),
    fingerprint: ((h1 << 32n) | h2).toString(16).padStart(16, '0'),
  };
}
