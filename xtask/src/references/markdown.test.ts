import { expect, test } from 'vitest';
import { prose, table } from './markdown.ts';

test('Text stands for nothing but itself, and code stays code', () => {
  expect(prose('a <b> {{ c }} & `<d>`\nnext')).toBe('a &lt;b> &#123;&#123; c }} &amp; `<d>` next');
});

test('A cell may hold what separates cells', () => {
  expect(table(['A'], [['x | y']])).toBe('| A |\n| --- |\n| x \\| y |');
});
