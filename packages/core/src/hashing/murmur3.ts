/**
 * murmur3_x86_32 (Austin Appleby, public domain) over the UTF-8 bytes of text, computed without building the bytes.
 * Lone surrogates count as U+FFFD. Two seeds are run in one pass, since every caller needs two.
 */

const c1 = 0xcc9e2d51;
const c2 = 0x1b873593;

/** Seed of the first of the two hashes that stand for a unit. */
const firstSeed = 0;
/** Seed of the second. */
const secondSeed = 0x9747b28c;

/**
 * Two 32-bit hashes of the same bytes, with `firstSeed` and `secondSeed`. Inside they are kept signed: such integers are
 * stored in an object without allocation, unsigned ones are not.
 */
export interface HashPair {
  h1: number;
  h2: number;
}

function scrambled(block: number): number {
  const k = Math.imul(block, c1);
  return Math.imul((k << 15) | (k >>> 17), c2);
}

function mixed(hash: number, block: number): number {
  const h = hash ^ block;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

/** The finaliser: forces every input bit to reach every output bit. */
function finished(hash: number, length: number): number {
  let h = hash ^ length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Hashes text with both seeds into `into`, signed, which saves an allocation on the hot path. */
export function hashPairInto(text: string, into: HashPair): void {
  const end = text.length;
  const wholeBlocks = end & ~3;
  let h1 = firstSeed;
  let h2 = secondSeed | 0;
  for (let i = 0; i < wholeBlocks; i += 4) {
    const a = text.charCodeAt(i);
    const b = text.charCodeAt(i + 1);
    const c = text.charCodeAt(i + 2);
    const d = text.charCodeAt(i + 3);
    if ((a | b | c | d) > 127) {
      hashWideRest(text, i, h1, h2, into);
      return;
    }
    const block = scrambled(a | (b << 8) | (c << 16) | (d << 24));
    h1 = mixed(h1, block);
    h2 = mixed(h2, block);
  }
  let tail = 0;
  for (let i = end - 1; i >= wholeBlocks; i--) {
    const code = text.charCodeAt(i);
    if (code > 127) {
      hashWideRest(text, wholeBlocks, h1, h2, into);
      return;
    }
    tail = (tail << 8) | code;
  }
  const last = scrambled(tail);
  into.h1 = finished(h1 ^ last, end) | 0;
  into.h2 = finished(h2 ^ last, end) | 0;
}

/** Goes on from an index at which a block begins (so far all ASCII), encoding UTF-8 as it goes. */
function hashWideRest(text: string, start: number, h1Before: number, h2Before: number, into: HashPair): void {
  let h1 = h1Before;
  let h2 = h2Before;
  let block = 0;
  let filled = 0;
  let length = start;
  for (let i = start; i < text.length; i++) {
    // A surrogate that `codePointAt` could not pair comes back as itself.
    let code = text.codePointAt(i) ?? 0;
    if (code > 0xffff) i++;
    else if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    length += size;
    for (let byteIndex = 0; byteIndex < size; byteIndex++) {
      block |= utf8Byte(code, size, byteIndex) << (filled * 8);
      filled++;
      if (filled === 4) {
        const whole = scrambled(block);
        h1 = mixed(h1, whole);
        h2 = mixed(h2, whole);
        block = 0;
        filled = 0;
      }
    }
  }
  const last = scrambled(block);
  into.h1 = finished(h1 ^ last, length) | 0;
  into.h2 = finished(h2 ^ last, length) | 0;
}

const leadingBits = [0, 0, 0xc0, 0xe0, 0xf0];

function utf8Byte(code: number, size: number, index: number): number {
  if (size === 1) return code;
  if (index === 0) return (leadingBits[size] ?? 0) | (code >>> (6 * (size - 1)));
  return 0x80 | ((code >>> (6 * (size - 1 - index))) & 0x3f);
}

/**
 * The bucket hash: murmur3_x86_32 of le32(h1) ‖ le32(h2) ‖ le32(saltLow) with seed saltHigh, unsigned. All four are
 * 32-bit integers; whether signed or not makes no difference.
 */
export function mixWithSalt(h1: number, h2: number, saltHigh: number, saltLow: number): number {
  let h = mixed(saltHigh, scrambled(h1));
  h = mixed(h, scrambled(h2));
  h = mixed(h, scrambled(saltLow));
  return finished(h, 12);
}
