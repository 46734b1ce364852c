import { expect, test } from 'vitest';
import { mixWithSalt } from './murmur3.ts';
import { seededRandom, seededSalt } from './seeded-random.test-support.ts';
import { bucketUnder, hashUnit, parseSalt, type Salt } from './unit.ts';

/**
 * What the hash must pass before it is frozen, at sizes that fit every run. All is seeded: a value either always passes or
 * always fails, and the bounds lie where a good hash fails once in a million.
 */
const unitCount = 1_000_000;

function saltOf(text: string): Salt {
  const salt = parseSalt(text);
  if (salt === undefined) throw new Error(`no salt: ${text}`);
  return salt;
}

/** Chi-square as a standard normal deviate (Wilson and Hilferty, 1931). */
function normalised(chiSquare: number, degrees: number): number {
  const variance = 2 / (9 * degrees);
  return (Math.cbrt(chiSquare / degrees) - (1 - variance)) / Math.sqrt(variance);
}

function chiSquare(counts: ArrayLike<number>, expected: number): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += ((counts[i] ?? 0) - expected) ** 2 / expected;
  return sum;
}

const shapes: readonly (readonly [name: string, unit: (index: number) => string])[] = [
  ['sequential integers', (i) => String(i)],
  ['UUIDs that differ at the end', (i) => `01890a5d-ac96-774b-bcce-${i.toString(16).padStart(12, '0')}`],
  ['e-mail addresses', (i) => `person.${i}@mail.example`],
  ['a long shared prefix', (i) => `${'tenant/region/account/'.repeat(4)}${i.toString(36)}`],
  ['text beyond ASCII', (i) => `ключ-${String.fromCodePoint(0x4e00 + (i % 20_000))}-${Math.floor(i / 20_000)}`],
  [
    'one byte that differs at varying places',
    (i) => 'a'.repeat(i % 40) + String.fromCharCode(33 + (Math.floor(i / 40) % 60)) + 'a'.repeat(Math.floor(i / 2_400)),
  ],
];

test.each(shapes)('Buckets of %s are uniform', (_name, unit) => {
  const salt = saltOf('9c5e3f1a7b2d4860');
  const count = unitCount / 5;
  const cells = new Uint32Array(1_000);
  for (let i = 0; i < count; i++) {
    const { h1, h2 } = hashUnit(unit(i));
    const cell = Math.floor(bucketUnder(h1, h2, salt) / 100);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  expect(Math.abs(normalised(chiSquare(cells, count / 1_000), 999))).toBeLessThan(4.9);
});

test('Buckets of a million units are uniform over all 100,000', () => {
  const salt = saltOf('0123456789abcdef');
  const cells = new Uint32Array(100_000);
  for (let i = 0; i < unitCount; i++) {
    const { h1, h2 } = hashUnit(`user-${i}`);
    const bucket = bucketUnder(h1, h2, salt);
    cells[bucket] = (cells[bucket] ?? 0) + 1;
  }
  expect(Math.abs(normalised(chiSquare(cells, 10), 99_999))).toBeLessThan(4.9);
});

/** Chi-square of the 10 by 10 table of deciles of two splits. */
function dependence(units: readonly { readonly h1: number; readonly h2: number }[], first: Salt, second: Salt): number {
  const cells = new Uint32Array(100);
  for (const { h1, h2 } of units) {
    const cell = Math.floor(bucketUnder(h1, h2, first) / 10_000) * 10 + Math.floor(bucketUnder(h1, h2, second) / 10_000);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  return normalised(chiSquare(cells, units.length / 100), 99);
}

function flipBit(salt: string, bit: number): string {
  return (BigInt(`0x${salt}`) ^ (1n << BigInt(bit))).toString(16).padStart(16, '0');
}

test('Splits are independent of each other, those whose salts differ in one bit included', () => {
  const random = seededRandom(11);
  const units = Array.from({ length: 20_000 }, (_, i) => hashUnit(`user-${i}`));
  const deviates: number[] = [];
  for (let bit = 0; bit < 64; bit++) {
    const salt = seededSalt(random);
    deviates.push(dependence(units, saltOf(salt), saltOf(flipBit(salt, bit))));
    deviates.push(dependence(units, saltOf(salt), saltOf(seededSalt(random))));
  }
  const mean = deviates.reduce((sum, deviate) => sum + deviate, 0) / deviates.length;
  const spread = Math.sqrt(deviates.reduce((sum, deviate) => sum + (deviate - mean) ** 2, 0) / deviates.length);
  expect(Math.max(...deviates.map(Math.abs))).toBeLessThan(5.3);
  expect(Math.abs(mean)).toBeLessThan(0.45);
  expect(spread).toBeGreaterThan(0.7);
  expect(spread).toBeLessThan(1.35);
});

test('A million units split independently by two salts', () => {
  const units = Array.from({ length: unitCount }, (_, i) => hashUnit(`account-${i}`));
  expect(Math.abs(dependence(units, saltOf('0000000000000000'), saltOf('0000000000000001')))).toBeLessThan(4.9);
});

/** By input bit and output bit: how often flipping the one flips the other. */
function flipShares(bits: number, hash: (trial: number, flipped: number | undefined) => number): number[] {
  const trials = 100_000;
  const flips = new Uint32Array(bits * 32);
  for (let trial = 0; trial < trials; trial++) {
    const base = hash(trial, undefined);
    const bit = trial % bits;
    const difference = base ^ hash(trial, bit);
    for (let out = 0; out < 32; out++) flips[bit * 32 + out] = (flips[bit * 32 + out] ?? 0) + ((difference >>> out) & 1);
  }
  return Array.from({ length: 32 }, (_, out) => {
    let sum = 0;
    for (let bit = 0; bit < bits; bit++) sum += flips[bit * 32 + out] ?? 0;
    return sum / trials;
  });
}

test('Flipping a bit of the salt or of the unit flips each bit of the bucket hash in 49 to 51 of 100 cases', () => {
  const random = seededRandom(5);
  const saltWords = Uint32Array.from({ length: 200_000 }, () => random());
  const { h1, h2 } = hashUnit('u-42');
  const bySalt = flipShares(64, (trial, bit) => {
    const high = (saltWords[trial * 2] ?? 0) ^ (bit !== undefined && bit >= 32 ? 1 << (bit - 32) : 0);
    const low = (saltWords[trial * 2 + 1] ?? 0) ^ (bit !== undefined && bit < 32 ? 1 << bit : 0);
    return mixWithSalt(h1, h2, high, low);
  });
  const byUnit = flipShares(7, (trial, bit) => {
    const flipped = String.fromCharCode(97 ^ (bit === undefined ? 0 : 1 << bit));
    const unit = hashUnit(`user-${trial}-${flipped}`);
    return mixWithSalt(unit.h1, unit.h2, 0x01234567, 0x89abcdef);
  });
  for (const share of [...bySalt, ...byUnit]) {
    expect(share).toBeGreaterThan(0.49);
    expect(share).toBeLessThan(0.51);
  }
});
