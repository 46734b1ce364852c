import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

test('Equal values have one text, whatever the order in which their members were written', () => {
  const one = { b: [1, { d: null, c: 'é' }], a: 1e21 };
  const other = { a: 1e21, b: [1, { c: 'é', d: null }] };
  expect(canonicalJson(one)).toBe('{"a":1e+21,"b":[1,{"c":"é","d":null}]}');
  expect(canonicalJson(other)).toBe(canonicalJson(one));
});

test('Lists keep their order, names are sorted by UTF-16 units, and what is undefined is left out', () => {
  expect(canonicalJson([2, 1])).toBe('[2,1]');
  expect(canonicalJson({ '\ufb33': 1, '\u{1f600}': 2, '1': 3 })).toBe('{"1":3,"\u{1f600}":2,"\ufb33":1}');
  expect(canonicalJson({ a: undefined } as never)).toBe('{}');
});
