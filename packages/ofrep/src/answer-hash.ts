import { hashUnit } from '@stitchd/core';

/** 64 bits that stand for a text, as two unsigned halves. */
export interface TextHash {
  readonly h1: number;
  readonly h2: number;
}

/** Of one fragment, made when the fragment is made. */
export function textHash(text: string): TextHash {
  return hashUnit(text);
}

/**
 * Hashes a sequence of fragments by their hashes, so that an entity tag costs some integer operations for each flag rather
 * than a digest of the whole answer. The steps are those of murmur3_x86_64's bodies, each half stirred by the other.
 */
export class SequenceHash {
  private a = 0x9747_b28c;
  private b = 0x3c6e_f372;

  add({ h1, h2 }: TextHash): void {
    const a = Math.imul(rotated(this.a ^ Math.imul(h1, 0xcc9e_2d51), 13) + this.b, 5) + 0xe654_6b64;
    const b = Math.imul(rotated(this.b ^ Math.imul(h2, 0x1b87_3593), 17) + a, 5) + 0x38b3_4ae5;
    this.a = a | 0;
    this.b = b | 0;
  }

  /** 16 lower-case hex digits. */
  digest(): string {
    return hex(this.a) + hex(this.b);
  }
}

function rotated(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function hex(half: number): string {
  return (half >>> 0).toString(16).padStart(8, '0');
}
