const size = 8;

/**
 * A shard's fingerprints after keys have come and gone, without reading its keys again.
 * @param present - sorted, distinct, 8 bytes each, little-endian; so is what comes out
 * @param added - in any order; what is present already is passed over
 */
export function mergeFingerprints(present: Buffer, added: readonly bigint[], removed: ReadonlySet<bigint>): Buffer {
  const adding = BigUint64Array.from(added).sort();
  const merged = Buffer.alloc(present.length + adding.length * size);
  let length = 0;
  let last: bigint | undefined;
  const take = (fingerprint: bigint): void => {
    if (fingerprint === last || removed.has(fingerprint)) return;
    last = fingerprint;
    length = merged.writeBigUInt64LE(fingerprint, length);
  };
  let next = 0;
  for (let start = 0; start < present.length; start += size) {
    const fingerprint = present.readBigUInt64LE(start);
    for (let candidate = adding[next]; candidate !== undefined && candidate <= fingerprint; candidate = adding[++next])
      take(candidate);
    take(fingerprint);
  }
  for (let candidate = adding[next]; candidate !== undefined; candidate = adding[++next]) take(candidate);
  return merged.subarray(0, length);
}
