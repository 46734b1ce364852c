// Where a unit falls, straight from the description of the two-stage hash. Nothing of the evaluator is used, so that the
// fixtures can find it wrong; conformance/suites checks this file against the vectors in conformance/hashing.

/** murmur3_x86_32 of bytes, unsigned, as Austin Appleby's reference in C goes: blocks, tail, finaliser. */
export function murmur3(bytes, seed) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rotated = (word, by) => (word << by) | (word >>> (32 - by));
  const prepared = (word) => Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
  let hash = seed;
  let at = 0;
  for (; at + 4 <= bytes.length; at += 4)
    hash = (Math.imul(rotated(hash ^ prepared(view.getInt32(at, true)), 13), 5) + 0xe6546b64) | 0;
  let rest = 0;
  for (let i = bytes.length - 1; i >= at; i--) rest = (rest << 8) | bytes[i];
  if (at < bytes.length) hash ^= prepared(rest);
  hash ^= bytes.length;
  for (const factor of [0x85ebca6b, 0xc2b2ae35]) {
    hash ^= hash >>> (factor === 0x85ebca6b ? 16 : 13);
    hash = Math.imul(hash, factor);
  }
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** The two hashes of a unit's text. Encoding turns lone surrogates into U+FFFD. */
export function unitHashes(unit) {
  const bytes = new TextEncoder().encode(unit);
  return { h1: murmur3(bytes, 0), h2: murmur3(bytes, 0x9747b28c) };
}

/** The bucket, 0…99,999, of a unit's text under a salt of 16 hex digits. */
export function bucketOf(unit, salt) {
  const { h1, h2 } = unitHashes(unit);
  const words = new DataView(new ArrayBuffer(12));
  for (const [index, word] of [h1, h2, Number.parseInt(salt.slice(8), 16)].entries()) words.setUint32(index * 4, word, true);
  const x = murmur3(new Uint8Array(words.buffer), Number.parseInt(salt.slice(0, 8), 16));
  return Number((BigInt(x) * 100_000n) >> 32n);
}

/** A key's fingerprint in a list segment: both hashes in 64 bits. */
export function fingerprintOf(key) {
  const { h1, h2 } = unitHashes(key);
  return (BigInt(h1) << 32n) | BigInt(h2);
}

/** What a `list-shard` carries: sorted fingerprints, 8 bytes each, little-endian, in base64. */
export function shardBody(fingerprints) {
  const sorted = [...new Set(fingerprints)].sort((a, b) => (a < b ? -1 : 1));
  const bytes = Buffer.alloc(sorted.length * 8);
  for (const [index, fingerprint] of sorted.entries()) bytes.writeBigUInt64LE(fingerprint, index * 8);
  return bytes.toString('base64');
}

/** The first of a row of units that satisfies a condition, so that a fixture needs no unit found by hand. */
export function findUnit(prefix, accepts) {
  for (let i = 0; i < 1_000_000; i++) if (accepts(`${prefix}${i}`)) return `${prefix}${i}`;
  throw new Error(`no unit ${prefix}… has what was asked for`);
}
