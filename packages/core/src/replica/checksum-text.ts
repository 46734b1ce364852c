const checksumPattern = /^[0-9a-f]{16}$/;

/** A checksum as JSON carries it: 16 lower-case hex digits. */
export function writeChecksum(checksum: bigint): string {
  return checksum.toString(16).padStart(16, '0');
}

/** Reads 16 lower-case hex digits; `undefined` for anything else. */
export function readChecksum(input: unknown): bigint | undefined {
  return typeof input === 'string' && checksumPattern.test(input) ? BigInt(`0x${input}`) : undefined;
}
