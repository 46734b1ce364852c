// What the bucket hash is put through. Everything is seeded: a figure comes out the same each time.
import { hashUnit, mixWithSalt } from '@stitchd/core';
import { chiSquareSurvival } from '@stitchd/statistics';
import { seededRandom } from './units.mjs';

const bucketCount = 100_000;

/** @param {ArrayLike<number>} counts @param {number} expected in each cell */
function chiSquareP(counts, expected) {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += ((counts[i] ?? 0) - expected) ** 2 / expected;
  return chiSquareSurvival(sum, counts.length - 1);
}

/**
 * The p-value of chi-square that units fall evenly into all 100,000 buckets.
 *
 * @param {(index: number) => string} unitOf
 * @param {number} count
 * @param {{ readonly high: number, readonly low: number }} salt
 */
export function uniformity(unitOf, count, salt) {
  const cells = new Uint32Array(bucketCount);
  for (let i = 0; i < count; i++) {
    const { h1, h2 } = hashUnit(unitOf(i));
    const bucket = Math.floor((mixWithSalt(h1, h2, salt.high, salt.low) * bucketCount) / 0x1_0000_0000);
    cells[bucket] = (cells[bucket] ?? 0) + 1;
  }
  return chiSquareP(cells, count / bucketCount);
}

/** The hashes of units, as they are kept with contexts. @param {(index: number) => string} unitOf @param {number} count */
export function hashesOf(unitOf, count) {
  const h1s = new Int32Array(count);
  const h2s = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const { h1, h2 } = hashUnit(unitOf(i));
    h1s[i] = h1;
    h2s[i] = h2;
  }
  return { h1s, h2s };
}

/**
 * The p-value of a two-dimensional chi-square: how units fall into the ten by ten deciles of two splits.
 *
 * @param {{ readonly h1s: Int32Array, readonly h2s: Int32Array }} hashes
 * @param {readonly [high: number, low: number]} first
 * @param {readonly [high: number, low: number]} second
 */
export function independence({ h1s, h2s }, [highA, lowA], [highB, lowB]) {
  const cells = new Uint32Array(100);
  for (let i = 0; i < h1s.length; i++) {
    const [h1, h2] = [h1s[i] ?? 0, h2s[i] ?? 0];
    const row = Math.floor((mixWithSalt(h1, h2, highA, lowA) * 10) / 0x1_0000_0000);
    const column = Math.floor((mixWithSalt(h1, h2, highB, lowB) * 10) / 0x1_0000_0000);
    const cell = row * 10 + column;
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  return chiSquareP(cells, h1s.length / 100);
}

/**
 * Pairs of salts: every second pair differs in one bit, each of the 64 in turn; the others are drawn apart from each other.
 *
 * @param {number} count
 * @returns {readonly { first: readonly [number, number], second: readonly [number, number], oneBitApart: boolean }[]}
 */
export function saltPairs(count) {
  const random = seededRandom(20_260_101);
  return Array.from({ length: count }, (_, i) => {
    const first = /** @type {const} */ ([random() | 0, random() | 0]);
    const bit = (i >> 1) % 64;
    if (i % 2 === 1) return { first, second: /** @type {const} */ ([random() | 0, random() | 0]), oneBitApart: false };
    const flip = 1 << (bit % 32);
    const second = /** @type {const} */ (bit < 32 ? [first[0], first[1] ^ flip] : [first[0] ^ flip, first[1]]);
    return { first, second, oneBitApart: true };
  });
}

/**
 * The p-value of Kolmogorov and Smirnov that p-values are spread evenly over 0 to 1 (Marsaglia, Tsang and Wang, 2003, give the
 * exact law; from some dozens on its limit with Stephens' correction, 1970, is as good).
 *
 * @param {readonly number[]} pValues
 */
export function evenness(pValues) {
  const sorted = [...pValues].sort((a, b) => a - b);
  const n = sorted.length;
  let distance = 0;
  for (const [i, p] of sorted.entries()) distance = Math.max(distance, (i + 1) / n - p, p - i / n);
  const x = distance * (Math.sqrt(n) + 0.12 + 0.11 / Math.sqrt(n));
  // Below this the series converges slowly, and the probability is 1 to many digits.
  if (x < 0.3) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * k * k * x * x);
  return Math.min(1, Math.max(0, sum));
}

/**
 * How often flipping one input bit flips each of the 32 bits of the bucket hash: the least and the greatest share over all pairs.
 *
 * @param {number} inputBits
 * @param {number} trials for each input bit
 * @param {(trial: number, flipped: number) => number} hash `flipped` is -1 for the hash of the input as it is
 */
export function avalanche(inputBits, trials, hash) {
  let least = 1;
  let greatest = 0;
  for (let bit = 0; bit < inputBits; bit++) {
    const flips = new Uint32Array(32);
    for (let trial = 0; trial < trials; trial++) {
      const difference = hash(trial, -1) ^ hash(trial, bit);
      for (let out = 0; out < 32; out++) flips[out] = (flips[out] ?? 0) + ((difference >>> out) & 1);
    }
    for (const flipped of flips) {
      least = Math.min(least, flipped / trials);
      greatest = Math.max(greatest, flipped / trials);
    }
  }
  return { least, greatest };
}

/** Over the 64 bits of the salt. @param {number} trials */
export function avalancheOfSalt(trials) {
  const random = seededRandom(5);
  const words = Int32Array.from({ length: trials * 2 }, () => random() | 0);
  const { h1, h2 } = hashUnit('u-42');
  return avalanche(64, trials, (trial, bit) => {
    const high = (words[trial * 2] ?? 0) ^ (bit >= 32 ? 1 << (bit - 32) : 0);
    const low = (words[trial * 2 + 1] ?? 0) ^ (bit >= 0 && bit < 32 ? 1 << bit : 0);
    return mixWithSalt(h1, h2, high, low);
  });
}

/** The place of the character of the unit whose bits are flipped: each of the 13 of these units that are letters. */
const letters = 'abcdefghijklm';

/** Over the five low bits of each letter of a unit: what comes out is ASCII too. @param {number} trials */
export function avalancheOfUnit(trials) {
  return avalanche(letters.length * 5, trials, (trial, bit) => {
    const place = bit < 0 ? -1 : Math.floor(bit / 5);
    const text = place < 0 ? letters : letters.slice(0, place) + flipped(letters, place, bit % 5) + letters.slice(place + 1);
    const { h1, h2 } = hashUnit(`${text}-${trial}`);
    return mixWithSalt(h1, h2, 0x01234567, 0x89abcdef | 0);
  });
}

const wide = 'жшщыэю';

/** Over the six low bits of each letter of a unit beyond ASCII: a byte of its UTF-8. @param {number} trials */
export function avalancheOfWideUnit(trials) {
  return avalanche(wide.length * 6, trials, (trial, bit) => {
    const place = bit < 0 ? -1 : Math.floor(bit / 6);
    const text = place < 0 ? wide : wide.slice(0, place) + flipped(wide, place, bit % 6) + wide.slice(place + 1);
    const { h1, h2 } = hashUnit(`${trial}-${text}`);
    return mixWithSalt(h1, h2, 0x01234567, 0x89abcdef | 0);
  });
}

/** @param {string} text @param {number} place @param {number} bit */
function flipped(text, place, bit) {
  return String.fromCharCode(text.charCodeAt(place) ^ (1 << bit));
}
