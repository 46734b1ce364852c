import { parsePropertyFilter, type MetricDefinition } from '@stitchd/core';
import { expect, test } from 'vitest';
import { filterOf, filterRows, textOf, valueOf } from './filter-rows.ts';
import { filterSentence } from './filter-sentence.ts';
import { metricSentence } from './metric-sentence.ts';
import { definitionOf, metricValues } from './metric-values.ts';

const goal = { direction: 'increase', windowHours: 168, delayHours: 0 } as const;
const filter = {
  all: [
    { property: 'plan', operator: '!=', value: '5' },
    { not: { any: [{ property: 'n', operator: '>=', value: 2.5 }, { not: { property: 'x', operator: 'exists' } }] } },
    { property: 'country', operator: 'in', values: ['DE', true] },
  ],
} as const;
const definitions: readonly (readonly [MetricDefinition, string])[] = [
  [
    { type: 'conversion', event: 'purchase', ...goal },
    'The share of people with purchase, within 7 days of their first exposure; more is better.',
  ],
  [
    { type: 'sum', event: 'purchase', property: 'cart.total', cap: { kind: 'quantile', level: 0.999 }, ...goal, windowHours: 0 },
    'The mean over people of the sum of “cart.total” of purchase, at most its 99.9\u00A0% quantile; more is better.',
  ],
  [
    {
      type: 'count',
      event: 'error',
      cap: { kind: 'value', value: 10 },
      ...goal,
      direction: 'decrease',
      delayHours: 1,
      minimumEffect: 0.07,
    },
    'The mean over people of the number of error, at most 10, from 1 hour after their first exposure on for 7 days; less is better.',
  ],
  [
    {
      type: 'ratio',
      numerator: { type: 'sum', event: 'purchase' },
      denominator: { type: 'conversion', event: 'visit' },
      ...goal,
    },
    'The sum of values of purchase over people with visit, within 7 days of their first exposure; more is better.',
  ],
  [
    { type: 'quantile', level: 0.5, per: 'unit', measure: { type: 'active-days', event: 'visit' }, ...goal, windowHours: 25 },
    'The median over people of the days with visit, within 25 hours of their first exposure; more is better.',
  ],
  [
    { type: 'quantile', level: 0.99, per: 'event', event: 'load', property: 'ms', ...goal, windowHours: 0.5 },
    'The 99\u00A0% quantile over events of “ms” of load, within 30 minutes of their first exposure; more is better.',
  ],
  [
    {
      type: 'funnel',
      steps: [{ event: 'visit' }, { event: 'purchase', filter: { property: 'a', operator: 'contains', value: 'b' } }],
      withinHours: 24,
      ...goal,
    },
    'The share of people who do visit, then purchase where a contains “b” within 1 day, within 7 days of their first exposure; more is better.',
  ],
  [
    { type: 'retention', event: 'visit', filter, fromDays: 7, toDays: 14, direction: 'increase' },
    'The share of people with visit where plan ≠ “5” and not (n ≥ 2.5 or not (x is there)) and country is one of “DE”, true from day 7 to before day 14 after their first exposure; more is better.',
  ],
];

test.each(definitions)('A form shows %j, gives it back as it was, and it is said in words', (definition, sentence) => {
  const metric = { name: 'M', key: 'm', description: '', definition };
  expect(definitionOf(metricValues(metric))).toEqual(definition);
  expect(metricSentence(metric)).toBe(sentence);
});

test('A filter goes through a form unchanged, whatever it is nested of', () => {
  expect(parsePropertyFilter(filter).kind).toBe('ok');
  expect(filterOf(filterRows(filter))).toEqual(filter);
  expect(filterOf(filterRows(undefined))).toBeUndefined();
  expect(filterOf(filterRows({ any: [] }))).toBeUndefined();
  const single = { not: { property: 'a', operator: '=', value: 'x' } } as const;
  expect(filterOf(filterRows(single))).toEqual(single);
  // Two negations are none.
  expect(filterOf(filterRows({ not: { not: single } }))).toEqual(single);
  expect(filterSentence({ all: [] })).toBe('always');
});

test('What looks like a number or a truth is one, unless it stands in quotation marks', () => {
  expect(['5', '-2.5e3', ' true', 'false', '"5"', '""', 'pro', '05', "O'Neil"].map(valueOf)).toEqual([
    5,
    -2_500,
    true,
    false,
    '5',
    '',
    'pro',
    '05',
    "O'Neil",
  ]);
  for (const value of ['5', 5, 'true', true, 'pro', '"quoted"', '', ' x ']) expect(valueOf(textOf(value))).toBe(value);
});

test('A definition that this page does not know is said to be one', () => {
  expect(metricSentence({ definition: { type: 'new' } })).toContain('does not know');
});
