import { expect, test } from 'vitest';
import type { DerivedFigures } from '../computation/derive-figures.ts';
import { tellDerivation } from './tell-derivation.ts';

const at = new Date('2026-05-11T00:00:00Z');

/** Which levels and words a derivation is logged with, looked at then. */
function told(derivation: DerivedFigures['derivation'], disagreed: DerivedFigures['disagreed'], dataUntil = at): string[] {
  const said: string[] = [];
  const counted: string[] = [];
  const as = (level: string) => (_about: unknown, words: string) => said.push(`${level}: ${words}`);
  const failedCheck = derivation === 'differs' || derivation === 'unchecked' ? { as: derivation, at } : undefined;
  tellDerivation(
    { log: { error: as('error'), warn: as('warn') }, observed: { derived: (one) => counted.push(one) } },
    { derivation, disagreed, state: { failedCheck } },
    { experiment: 'e', iteration: 'i', dataUntil: dataUntil.toISOString() },
  );
  expect(counted).toEqual([derivation]);
  return said;
}

test('Rows of units that were wrong are an error; exposures that were counted anew, and a comparison without an end, are not', () => {
  expect(told('checked', [])).toEqual([]);
  expect(told('recounted', ['exposures'])).toEqual([
    'warn: counts of exposures did not agree with all items, and were counted anew',
  ]);
  expect(told('repaired', ['figures'])).toEqual([
    'error: rows of units did not agree with the items they were made from, and were made anew',
  ]);
  expect(told('differs', ['figures'])[0]).toContain(
    'error: rows of units did not agree with the items they were made from, and were not found to',
  );
  expect(told('unchecked', [])[0]).toContain('warn: the comparison with all items came to a limit');
});

test('What an earlier computation found is not told again', () => {
  const later = new Date(at.getTime() + 3_600_000);
  expect([told('differs', [], later), told('unchecked', [], later)]).toEqual([[], []]);
});
