import { expect, test } from 'vitest';
import { SequenceHash, textHash } from './answer-hash.ts';

const digestOf = (texts: readonly string[]): string => {
  const hash = new SequenceHash();
  for (const text of texts) hash.add(textHash(text));
  return hash.digest();
};

test('The hash of a sequence depends on each text, on their order and on their number', () => {
  expect(digestOf(['a', 'b'])).toBe(digestOf(['a', 'b']));
  expect(new Set([digestOf([]), digestOf(['']), digestOf(['a', 'b']), digestOf(['b', 'a']), digestOf(['ab'])]).size).toBe(5);
});

test('Of 100,000 sequences that differ in one text each no two have the same hash', () => {
  const before = Array.from({ length: 100 }, (_, index) => textHash(`flag-${index} at revision 1`));
  const digests = new Set<string>();
  for (let place = 0; place < 100; place++) {
    for (let revision = 2; revision < 1_002; revision++) {
      const hash = new SequenceHash();
      const changed = textHash(`flag-${place} at revision ${revision}`);
      for (const [index, each] of before.entries()) hash.add(index === place ? changed : each);
      digests.add(hash.digest());
    }
  }
  expect(digests.size).toBe(100_000);
});
