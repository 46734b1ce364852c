import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { FingerprintList, fingerprintBytes } from './fingerprint-list.ts';

function listOf(fingerprints: readonly bigint[]): FingerprintList {
  const list = FingerprintList.read(encodeBase64(fingerprintBytes(fingerprints)));
  if (list === undefined) throw new Error('a list was expected');
  return list;
}

function has(list: FingerprintList, fingerprint: bigint): boolean {
  return list.has(Number(fingerprint >> 32n), Number(fingerprint & 0xffff_ffffn));
}

test('Base64 agrees with the platform’s', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
      expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
      expect(decodeBase64(encodeBase64(bytes))).toEqual(Uint8Array.from(bytes));
    }),
  );
});

test.each(['A', 'AA', 'AAA', 'AA=A', '====', 'A===', 'AAAA=', 'AA A', 'AA-_', 'AAAä'])('%j is not base64', (text) => {
  expect(decodeBase64(text)).toBeUndefined();
});

test('A list has exactly the fingerprints that went in, whatever their spread', () => {
  const spread = fc.oneof(
    fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    fc.bigInt({ min: 0n, max: 50n }),
    fc.nat(3).map((high) => (BigInt(high) << 32n) | 7n),
  );
  fc.assert(
    fc.property(fc.array(spread, { maxLength: 200 }), fc.array(spread, { maxLength: 50 }), (inside, others) => {
      const list = listOf(inside);
      const set = new Set(inside);
      expect(list.size).toBe(set.size);
      for (const fingerprint of [...inside, ...others]) expect(has(list, fingerprint)).toBe(set.has(fingerprint));
    }),
    { seed: 9 },
  );
});

test('Fingerprints that share their high half are told apart by the low', () => {
  const high = 0xdead_beefn << 32n;
  const list = listOf([1n, high | 1n, high | 3n, high | 5n, 2n ** 64n - 1n]);
  expect([1n, 3n, 5n].every((low) => has(list, high | low))).toBe(true);
  expect([0n, 2n, 4n, 6n].some((low) => has(list, high | low))).toBe(false);
});

test('Fingerprints that are not sorted, repeated or cut are refused', () => {
  const bytes = fingerprintBytes([1n, 2n]);
  expect(FingerprintList.read(encodeBase64(bytes))?.size).toBe(2);
  expect(FingerprintList.read(encodeBase64(Uint8Array.from([...bytes.slice(8), ...bytes.slice(0, 8)])))).toBeUndefined();
  expect(FingerprintList.read(encodeBase64(Uint8Array.from([...bytes, ...bytes.slice(8)])))).toBeUndefined();
  expect(FingerprintList.read(encodeBase64(bytes.slice(0, 12)))).toBeUndefined();
});
