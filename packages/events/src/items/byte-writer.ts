const longestAsciiLoop = 64;

/**
 * Writes ClickHouse's RowBinary: integers little-endian, texts with their length in front. Grows as needed and is used again
 * after `clear`.
 */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(64 * 1_024);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** What was written so far; valid until the next write. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  /** Forgets what was written after `length`. */
  cutTo(length: number): void {
    this.#length = length;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  int64(value: number): void {
    this.#reserve(8);
    // The low half as an unsigned remainder, the high half rounded down: right for negative numbers as well.
    const high = Math.floor(value / 2 ** 32);
    this.#bytes.writeUInt32LE(value - high * 2 ** 32, this.#length);
    this.#bytes.writeInt32LE(high, this.#length + 4);
    this.#length += 8;
  }

  int32(value: number): void {
    this.#reserve(4);
    this.#length = this.#bytes.writeInt32LE(value, this.#length);
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#bytes.writeDoubleLE(value, this.#length);
    this.#length += 8;
  }

  /** A length in front of texts and maps: seven bits a byte, the lowest first. */
  varuint(value: number): void {
    this.#reserve(5);
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  text(text: string): void {
    if (text.length <= longestAsciiLoop && this.#ascii(text)) return;
    const length = Buffer.byteLength(text);
    this.varuint(length);
    this.#reserve(length);
    this.#bytes.write(text, this.#length, 'utf8');
    this.#length += length;
  }

  /** @param uuid - in its canonical form; ClickHouse keeps each half as a little-endian 64-bit number */
  uuid(uuid: string): void {
    this.#reserve(16);
    const start = this.#length;
    for (let half = 0; half < 2; half++) {
      for (let index = 0; index < 8; index++) {
        const from = hexOffsets[half * 8 + index] as number;
        const high = nibbles[uuid.charCodeAt(from)] as number;
        const low = nibbles[uuid.charCodeAt(from + 1)] as number;
        this.#bytes[start + half * 8 + 7 - index] = (high << 4) | low;
      }
    }
    this.#length += 16;
  }

  /** Short texts byte by byte, which is faster than the way into native code; false, and nothing written, unless all ASCII. */
  #ascii(text: string): boolean {
    this.#reserve(text.length + 1);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = text.length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      bytes[at++] = code;
    }
    this.#length = at;
    return true;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.written);
    this.#bytes = larger;
  }
}

/** Where the two digits of each of a UUID's 16 bytes begin. */
const hexOffsets = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

const nibbles = new Uint8Array(128);
for (let value = 0; value < 16; value++) nibbles[value.toString(16).charCodeAt(0)] = value;
