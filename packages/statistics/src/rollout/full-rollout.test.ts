import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { atFullRollout, weeklyTraffic } from './full-rollout.ts';

const week = [900, 1100, 1000, 950, 1050, 1020, 980];

test('a week of eligible units is seven days of new ones, by the share that takes part, with Student’s interval', () => {
  const traffic = weeklyTraffic([5000, ...week], { enrolledShare: 0.5, level: 0.95 });
  if (traffic.kind !== 'ok') throw new Error(traffic.kind);
  expect(traffic.units).toBe(14_000);
  // The days' variance, 25,800/6, is above their mean; t(6) is 2.446912.
  const reach = (2.446911851 * Math.sqrt(25_800 / 6 / 7) * 7) / 0.5;
  expect(traffic.interval.low).toBeCloseTo(14_000 - reach, 3);
  expect(traffic.interval.high).toBeCloseTo(14_000 + reach, 3);
});

test('days that are alike by chance are as unsure as Poisson numbers, and nobody is less than none', () => {
  const alike = weeklyTraffic(Array<number>(7).fill(100), { enrolledShare: 1, level: 0.95 });
  if (alike.kind !== 'ok') throw new Error(alike.kind);
  expect(alike.interval.high - alike.units).toBeCloseTo(2.446911851 * Math.sqrt(100 / 7) * 7, 3);
  const rare = weeklyTraffic([0, 0, 0, 9, 0, 0, 0], { enrolledShare: 1, level: 0.95 });
  expect(rare).toMatchObject({ kind: 'ok', interval: { low: 0 } });
  const none = weeklyTraffic(Array<number>(7).fill(0), { enrolledShare: 1, level: 0.95 });
  expect(none).toEqual({ kind: 'ok', units: 0, interval: { low: 0, high: 0 } });
  expect(weeklyTraffic([1, 2, 3], { enrolledShare: 1, level: 0.95 })).toEqual({ kind: 'too-early' });
});

test.for([
  ['a gain', { low: 0.02, high: 0.1 }, { low: 160, high: 1200 }],
  ['a loss', { low: -0.1, high: -0.02 }, { low: -1200, high: -160 }],
  ['neither', { low: -0.02, high: 0.1 }, { low: -240, high: 1200 }],
  ['a gain that begins at nothing', { low: 0, high: 0.1 }, { low: 0, high: 1200 }],
] as const)('%s keeps its sign at full rollout, and takes the worst ends of both', ([, interval, expected]) => {
  const traffic = { units: 10_000, interval: { low: 8000, high: 12_000 } };
  const { perWeek, interval: found } = atFullRollout({ difference: (interval.low + interval.high) / 2, interval }, traffic);
  expect(found.low).toBeCloseTo(expected.low, 9);
  expect(found.high).toBeCloseTo(expected.high, 9);
  expect(perWeek).toBeCloseTo(((interval.low + interval.high) / 2) * 10_000, 9);
});

test('figures that can’t be are refused', () => {
  const traffic = { units: 10, interval: { low: 5, high: 15 } };
  const effect = { difference: 1, interval: { low: 0, high: 2 } };
  expect(() => weeklyTraffic([-1], { enrolledShare: 1, level: 0.95 })).toThrow(DomainError);
  expect(() => weeklyTraffic(week, { enrolledShare: 0, level: 0.95 })).toThrow(DomainError);
  expect(() => weeklyTraffic(week, { enrolledShare: 1, level: 1 })).toThrow(DomainError);
  expect(() => atFullRollout({ ...effect, difference: Number.NaN }, traffic)).toThrow(DomainError);
  expect(() => atFullRollout({ ...effect, interval: { low: 2, high: 0 } }, traffic)).toThrow(DomainError);
  expect(() => atFullRollout(effect, { ...traffic, interval: { low: -1, high: 15 } })).toThrow(DomainError);
  expect(() => atFullRollout(effect, { ...traffic, interval: { low: 5, high: Infinity } })).toThrow(DomainError);
});
