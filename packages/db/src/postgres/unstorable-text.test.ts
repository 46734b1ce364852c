import { expect, test } from 'vitest';
import { findUnstorableText, isStorableText } from './unstorable-text.ts';

test('Text with a NUL or half a surrogate pair can not be stored, and any other can', () => {
  for (const text of ['', 'ä', '\u{1f600}', '\uffff', '\u0001']) expect(isStorableText(text), JSON.stringify(text)).toBe(true);
  for (const text of ['\0', 'a\0b', '\ud800', '\udc00a']) expect(isStorableText(text), JSON.stringify(text)).toBe(false);
});

test('The place of what can not be stored is told as a JSON pointer, whether it is a value or a name', () => {
  expect(findUnstorableText({ rules: [{ name: 'fine' }, { 'a/b': '\0' }] })).toBe('/rules/1/a~1b');
  expect(findUnstorableText({ value: { '\0': 1 } })).toBe('/value');
  expect(findUnstorableText({ list: ['a', 1, null, true, {}] })).toBeUndefined();
});
