import { expect, test } from 'vitest';
import { results } from '../results.test-support.ts';
import { deliverySentence, exposureLines, periodMarks, uncountedSentences } from './exposure-lines.ts';

const days = [
  { day: '2026-05-01', variant: 'control', units: 10 },
  { day: '2026-05-01', variant: 'green', units: 12 },
  { day: '2026-05-02', variant: 'control', units: 5 },
];
const source = {
  ...results,
  arms: results.arms.filter(({ variant }) => variant !== 'blue'),
  exposures: { ...results.exposures, days },
};

test('Each arm is a line over all days, also those on which nobody came to it', () => {
  const values = (isCumulative: boolean) =>
    exposureLines(source, isCumulative).map(({ label, points }) => [label, points.map(({ value }) => value)]);
  expect(values(true)).toEqual([
    ['control', [10, 15]],
    ['green', [12, 12]],
  ]);
  expect(values(false)).toEqual([
    ['control', [10, 5]],
    ['green', [12, 0]],
  ]);
});

test('A new period and a pause are marked where they begin', () => {
  expect(periodMarks(results)).toEqual([{ atMs: Date.parse('2026-05-03T09:00:00Z'), label: 'period 2: 100\u00A0% take part' }]);
});

test('Deliveries are told where there are any', () => {
  expect(deliverySentence(source, 'user')).toBeUndefined();
  const arms = [{ ...results.arms[0]!, units: 1_000, deliveredUnits: 400 }];
  expect(deliverySentence({ arms }, 'user')).toContain('400 of 1,000 user keys were first seen by a delivery');
});

test('Whoever counts for nobody is told', () => {
  expect(uncountedSentences(results, 'user')).toEqual([
    '812 exposures were to off, which is no arm.',
    'Bots: 2,210 exposures of 96 keys were left out by rule.',
  ]);
});
