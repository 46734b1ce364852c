import { decodeBase64, encodeBase64 } from './base64.ts';

/** Sorted 64-bit fingerprints, 8 bytes each. */
export class FingerprintList {
  private readonly high: Uint32Array;
  private readonly low: Uint32Array;

  private constructor(high: Uint32Array, low: Uint32Array) {
    this.high = high;
    this.low = low;
  }

  /** Reads base64 of sorted little-endian fingerprints; `undefined` if it is not that. */
  static read(base64: string): FingerprintList | undefined {
    const bytes = decodeBase64(base64);
    if (bytes === undefined || bytes.length % 8 !== 0) return undefined;
    const view = new DataView(bytes.buffer);
    const count = bytes.length / 8;
    const high = new Uint32Array(count);
    const low = new Uint32Array(count);
    for (let i = 0; i < count; i++) {
      low[i] = view.getUint32(i * 8, true);
      high[i] = view.getUint32(i * 8 + 4, true);
      if (i > 0 && !precedes(high[i - 1], low[i - 1], high[i], low[i])) return undefined;
    }
    return new FingerprintList(high, low);
  }

  /** What `read` read. */
  base64(): string {
    const bytes = new Uint8Array(this.high.length * 8);
    const view = new DataView(bytes.buffer);
    for (let i = 0; i < this.high.length; i++) {
      view.setUint32(i * 8, this.low[i] ?? 0, true);
      view.setUint32(i * 8 + 4, this.high[i] ?? 0, true);
    }
    return encodeBase64(bytes);
  }

  get size(): number {
    return this.high.length;
  }

  /** Whether the list has the fingerprint of two unsigned hashes. Interpolates first, since hashes are spread evenly. */
  has(h1: number, h2: number): boolean {
    const { high } = this;
    let first = 0;
    let last = high.length - 1;
    for (let step = 0; first <= last; step++) {
      const least = high[first] ?? 0;
      const most = high[last] ?? 0;
      if (h1 < least || h1 > most) return false;
      // A few guesses come close; halving then bounds the rest whatever the spread.
      const middle =
        step < 4 && most > least ? first + Math.floor(((h1 - least) / (most - least)) * (last - first)) : (first + last) >> 1;
      const found = high[middle] ?? 0;
      if (found === h1) return this.hasLow(middle, h1, h2);
      if (found < h1) first = middle + 1;
      else last = middle - 1;
    }
    return false;
  }

  /** Looks among the neighbours that share the high half. */
  private hasLow(middle: number, h1: number, h2: number): boolean {
    for (let i = middle; i >= 0 && this.high[i] === h1; i--) if (this.low[i] === h2) return true;
    for (let i = middle + 1; this.high[i] === h1; i++) if (this.low[i] === h2) return true;
    return false;
  }
}

function precedes(highA = 0, lowA = 0, highB = 0, lowB = 0): boolean {
  return highA < highB || (highA === highB && lowA < lowB);
}

/** Writes fingerprints, in any order, as sorted distinct little-endian bytes: what a shard carries before base64. */
export function fingerprintBytes(fingerprints: Iterable<bigint>): Uint8Array {
  const sorted = BigUint64Array.from(new Set(fingerprints)).sort();
  const bytes = new Uint8Array(sorted.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [index, fingerprint] of sorted.entries()) view.setBigUint64(index * 8, fingerprint, true);
  return bytes;
}
