import { expect, test } from 'vitest';
import { periodOf, timesOf } from './usage-ranges.ts';
import { usageSeries } from './usage-series.ts';

const nowMs = Date.parse('2026-05-10T12:34:56Z');

test('A period ends with the hour or day that is running, and has a time for each', () => {
  expect(periodOf('day', nowMs)).toEqual({ from: '2026-05-09T13:00:00.000Z', to: '2026-05-10T13:00:00.000Z', grain: 'hour' });
  expect(periodOf('week', nowMs)).toEqual({ from: '2026-05-04T00:00:00.000Z', to: '2026-05-11T00:00:00.000Z', grain: 'day' });
  expect(timesOf('day', nowMs)).toHaveLength(24);
  expect(timesOf('week', nowMs).at(-1)).toBe(Date.parse('2026-05-10T00:00:00Z'));
});

test('Bars add up the reasons of a variant, the most used variant first, and times without use are there', () => {
  const point = (at: string, variant: string, reason: string, evaluations: number) => ({
    at: `2026-05-${at}T00:00:00Z`,
    variant,
    reason,
    evaluations,
    deliveries: 1,
  });
  const points = [
    point('09', 'on', 'SPLIT', 2),
    point('09', 'on', 'DEFAULT', 3),
    point('10', 'off', 'SPLIT', 7),
    point('10', '', 'ERROR', 0),
  ];
  const series = usageSeries(points, timesOf('week', nowMs), 'evaluations');
  expect(series.variants).toEqual(['off', 'on']);
  expect(series.totals).toEqual([7, 5]);
  expect(series.bars.map(({ total }) => total)).toEqual([0, 0, 0, 0, 0, 5, 7]);
  expect(series.bars.at(-2)?.counts).toEqual([0, 5]);
  expect(usageSeries(points, timesOf('week', nowMs), 'deliveries').totals).toEqual([2, 1, 1]);
});
