import { expect, test } from 'vitest';
import { remembering } from './bounded-memo.ts';
import { maxRememberedLength, maxRememberedTexts, maxRememberedUnitLength } from './context-limits.ts';
import { resolveContext } from './context-handle.ts';
import { hashed, LastUnit, unitSource } from './unit-source.ts';

test('As many answers are remembered as the limit says, of texts up to the longest; one more forgets them all', () => {
  const worked: string[] = [];
  const work = remembering((text) => {
    worked.push(text);
    return { text };
  });
  const longest = 'x'.repeat(maxRememberedLength);
  expect(work(longest)).toBe(work(longest));
  expect(work(`${longest}x`)).not.toBe(work(`${longest}x`));
  const first = work('0');
  for (let i = 1; i < maxRememberedTexts - 1; i++) work(String(i));
  expect(work('0')).toBe(first);
  work('one more');
  expect(work('0')).not.toBe(first);
  expect(work('0')).toEqual({ text: '0' });
});

test('The last unit keeps its hashes for the next evaluation, unless its text is longer than the limit', () => {
  const source = unitSource('user');
  const units = new LastUnit();
  const keptAfter = (text: string): string => {
    hashed(units.find(source, resolveContext({ targetingKey: text })));
    units.forget();
    return units.find(unitSource('org'), resolveContext({})).hashedText;
  };
  const longest = 'u'.repeat(maxRememberedUnitLength);
  expect(keptAfter(longest)).toBe(longest);
  expect(keptAfter(`${longest}u`)).toBe('');
});
