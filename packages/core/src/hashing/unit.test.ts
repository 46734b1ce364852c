import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mixWithSalt } from './murmur3.ts';
import { type HashingVector, referenceVector } from './reference.test-support.ts';
import { seededRandom, seededSalt } from './seeded-random.test-support.ts';
import { bucketOf, fingerprintOf, hashUnit, parseSalt, saltFromBytes } from './unit.ts';

const vectorsFile = new URL('../../../../conformance/hashing/vectors.json', import.meta.url);

/** The units of the vectors: every tail length, every UTF-8 width at every offset, lone surrogates, numbers, long text. */
function vectorUnits(): string[] {
  const units = ['u-42', 'a', 'ab', 'abc', 'abcd', 'abcde', '\u0000', ' ', ' u-42 ', 'U-42', '0', '-1', '9007199254740992'];
  for (const wide of ['é', 'ß', 'İ', 'Σ', '€', '한', '😀', '\ud800', '\udc00', 'e\u0301']) {
    for (const prefix of ['', 'x', 'xy', 'xyz', 'wxyz']) units.push(prefix + wide);
  }
  for (const character of ['é', '€', '😀']) units.push(`${character}${character}a`, `abc${character}defg`, character.repeat(33));
  for (let i = 0; i < 12; i++) units.push(`00000000-0000-7000-8000-${String(i).padStart(12, '0')}`);
  for (let i = 0; i < 8; i++) units.push(`person.${i}@example.com`);
  units.push('x'.repeat(255), 'x'.repeat(256), 'x'.repeat(4_097), `${'x'.repeat(1_000)}é`, '\udc00\ud800', 'a\ud800b', '\ud83d');
  units.push('https://example.com/?q=1');
  return units;
}

function recomputed(): HashingVector[] {
  const random = seededRandom(20_240_101);
  const salts = ['0123456789abcdef', '0000000000000000', 'ffffffffffffffff', '8000000080000000'];
  return vectorUnits().map((unit, index) => referenceVector(unit, salts[index] ?? seededSalt(random)));
}

/** Lone surrogates survive a file only as escapes, which every JSON reader understands. */
function rendered(vectors: readonly HashingVector[]): string {
  return `[\n${vectors.map((vector) => `  ${JSON.stringify(vector)}`).join(',\n')}\n]\n`;
}

test('The vectors in conformance are what an independent BigInt implementation computes', () => {
  const vectors = recomputed();
  expect(vectors).toHaveLength(100);
  expect(readFileSync(vectorsFile, 'utf8')).toBe(rendered(vectors));
});

test('Every vector holds for hashUnit, the bucket hash, bucketOf and fingerprintOf', () => {
  for (const { unit, salt, h1, h2, x, bucket, fingerprint } of JSON.parse(readFileSync(vectorsFile, 'utf8')) as HashingVector[]) {
    expect(hashUnit(unit), JSON.stringify(unit)).toEqual({ h1, h2 });
    const { high, low } = parseSalt(salt) ?? { high: -1, low: -1 };
    expect(mixWithSalt(h1, h2, high, low)).toBe(x);
    expect(bucketOf(h1, h2, salt)).toBe(bucket);
    expect(fingerprintOf(unit)).toBe(BigInt(`0x${fingerprint}`));
  }
});

test('The vector that was computed three times before anything was built holds', () => {
  expect(hashUnit('u-42')).toEqual({ h1: 1503737061, h2: 3239204332 });
  expect(mixWithSalt(1503737061, 3239204332, 0x01234567, 0x89abcdef)).toBe(3589714920);
  expect(bucketOf(1503737061, 3239204332, '0123456789abcdef')).toBe(83579);
});

test('Any text hashes as the independent implementation says', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (unit, bits) => {
      const expected = referenceVector(unit, bits.toString(16).padStart(16, '0'));
      const { h1, h2 } = hashUnit(unit);
      expect({ h1, h2, bucket: bucketOf(h1, h2, expected.salt) }).toEqual({
        h1: expected.h1,
        h2: expected.h2,
        bucket: expected.bucket,
      });
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('Lone surrogates hash as U+FFFD', () => {
  expect(hashUnit('a\ud800b')).toEqual(hashUnit('a\ufffdb'));
  expect(hashUnit('\udc00\ud800')).toEqual(hashUnit('\ufffd\ufffd'));
});

test('A salt that is not 16 lower-case hex digits is refused', () => {
  for (const salt of ['', '0123456789ABCDEF', '0123456789abcde', '0123456789abcdef0', '0123456789abcdeg']) {
    expect(parseSalt(salt)).toBeUndefined();
    expect(() => bucketOf(1, 2, salt)).toThrow(RangeError);
  }
  expect(saltFromBytes(Uint8Array.from([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]))).toBe('0123456789abcdef');
  expect(() => saltFromBytes(new Uint8Array(7))).toThrow(RangeError);
});
