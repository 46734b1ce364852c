import { expect, test } from 'vitest';
import { parsePropertyFilter } from './parse-property-filter.ts';
import { propertyFilterLimits } from './property-filter-limits.ts';
import { propertyPath } from './property-path.ts';

function errorsOf(input: unknown) {
  const parsed = parsePropertyFilter(input);
  return parsed.kind === 'ok' ? [] : parsed.errors.map(({ path, message }) => `${path} ${message}`);
}
const plan = { property: 'plan', operator: '=', value: 'pro' } as const;

test('A filter of every operator, and of all, any and not, is read as it is', () => {
  const filter = {
    all: [
      plan,
      { any: [{ property: 'cart.total', operator: '>=', value: 10.5 }, { not: { property: 'x', operator: 'exists' } }] },
      { property: 'country', operator: 'in', values: ['DE', 1, true] },
      { property: 'tags', operator: 'contains', value: 'new' },
      { property: 'plan', operator: '!=', value: false },
      ...(['<', '<=', '>'] as const).map((operator) => ({ property: 'n', operator, value: -1 })),
      { all: [] },
    ],
  };
  expect(parsePropertyFilter(filter)).toEqual({ kind: 'ok', value: filter });
});

test.each<[unknown, string]>([
  [null, ' must be a condition or a group of conditions'],
  [{ operator: '=', value: 1 }, '/property is required'],
  [{ property: 'a', value: 1 }, '/operator is required'],
  [{ property: 'a', operator: 'like', value: 1 }, '/operator must be one of = != < <= > >= in contains exists'],
  [
    { property: 'a..b', operator: 'exists' },
    '/property must be names joined by dots, such as cart.total, of at most 200 characters and 10 names',
  ],
  [{ property: 'a', operator: 'exists', value: 1 }, '/value is not a known field'],
  [{ property: 'a', operator: '=', values: [1] }, '/values is not a known field'],
  [{ property: 'a', operator: '=', value: null }, '/value must be text, a number, true or false'],
  [{ property: 'a', operator: '<', value: '5' }, '/value must be a finite number'],
  [{ property: 'a', operator: '=', value: Number.NaN }, '/value must be a finite number'],
  [{ property: 'a', operator: 'in', values: [] }, '/values must have at least 1 item'],
  [{ property: 'a', operator: '=', value: 'a\0' }, '/value must not contain U+0000 or half a surrogate pair'],
  [{ all: [plan], any: [plan] }, '/any is not a known field'],
  [{ all: [plan, { not: 5 }] }, '/all/1/not must be a condition or a group of conditions'],
])('%j is refused with its place', (input, message) => {
  expect(errorsOf(input)).toContain(message);
});

test('A filter may be as deep and as large as the limits say, and no larger', () => {
  const { depth, nodes, values, textLength } = propertyFilterLimits;
  const nested = (levels: number): unknown => (levels === 1 ? plan : { not: nested(levels - 1) });
  expect(errorsOf(nested(depth))).toEqual([]);
  expect(errorsOf(nested(depth + 1))).toEqual([expect.stringContaining('must not be nested deeper than 5 levels')]);
  expect(errorsOf({ all: Array.from({ length: nodes - 1 }, () => plan) })).toEqual([]);
  expect(errorsOf({ all: Array.from({ length: nodes }, () => plan) })).toEqual([
    expect.stringContaining('must have at most 50 conditions and groups'),
  ]);
  const among = (count: number) => ({
    property: 'a',
    operator: 'in',
    values: Array.from({ length: count }, (_, index) => index),
  });
  expect([errorsOf(among(values)), errorsOf(among(values + 1))]).toEqual([[], ['/values must have at most 100 items']]);
  const text = (length: number) => ({ ...plan, value: 'x'.repeat(length) });
  expect([errorsOf(text(textLength)), errorsOf(text(textLength + 1))]).toEqual([
    [],
    ['/value must have at most 1024 characters'],
  ]);
});

test('A path is cut at its dots, but for those with a backslash', () => {
  expect(propertyPath('cart.total')).toEqual(['cart', 'total']);
  expect(propertyPath('cart\\.total\\\\')).toEqual(['cart.total\\']);
  const wrong = ['', '.', 'a.', '.a', 'a\\', 'x'.repeat(201), 'a.b.c.d.e.f.g.h.i.j.k'];
  expect(wrong.map(propertyPath)).toEqual(wrong.map(() => undefined));
  expect(propertyPath('x'.repeat(200))).toHaveLength(1);
  expect(propertyPath('a.b.c.d.e.f.g.h.i.j')).toHaveLength(10);
});
