const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whether text is a UUID in its canonical form (RFC 9562: lower-case, with hyphens). */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/**
 * Makes a UUID version 7 (RFC 9562 §5.7), which sorts by time.
 *
 * @param nowMs - milliseconds since 1970, 0…2^48−1, whole
 * @param random - 10 random bytes; 74 of their bits are used
 * @throws RangeError for a time or a length out of range, which is a programmer's mistake
 */
export function uuidv7(nowMs: number, random: Uint8Array): string {
  if (!Number.isInteger(nowMs) || nowMs < 0 || nowMs >= 2 ** 48) throw new RangeError(`time ${nowMs} does not fit a UUID`);
  if (random.length !== 10) throw new RangeError(`a UUID needs 10 random bytes, got ${random.length}`);
  const time = nowMs.toString(16).padStart(12, '0');
  const bits = Array.from(random, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const variant = (8 | (Number.parseInt(bits.charAt(4), 16) & 3)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${bits.slice(1, 4)}-${variant}${bits.slice(5, 8)}-${bits.slice(8)}`;
}

/** The time in a UUID version 7, milliseconds since 1970; `undefined` for any other text. */
export function uuidv7TimeMs(id: string): number | undefined {
  if (!isUuid(id) || id.charAt(14) !== '7') return undefined;
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}
