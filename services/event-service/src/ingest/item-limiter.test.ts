import { itemLimits } from '@stitchd/events';
import { expect, test } from 'vitest';
import { eventServiceLimits } from '../limits.ts';
import { createItemLimiter } from './item-limiter.ts';

function start() {
  const clock = { ms: 1_000_000 };
  return { clock, ...createItemLimiter(() => clock.ms) };
}

test('An environment may send the items of five seconds at once, and then so many as come to it in a second', () => {
  const { clock, take } = start();
  expect(eventServiceLimits.burstSeconds).toBe(5);
  for (let batch = 0; batch < 50; batch++) expect(take('e', 1_000, 10_000)).toBeUndefined();
  expect(take('e', 1, 10_000)).toBe(1);
  clock.ms += 1_000;
  for (let batch = 0; batch < 10; batch++) expect(take('e', 1_000, 10_000)).toBeUndefined();
  expect(take('e', 1, 10_000)).toBe(1);
  // However long nothing comes, no more than five seconds are saved.
  clock.ms += 3_600_000;
  expect(take('e', 50_001, 10_000)).toBe(1);
  expect(take('e', 50_000, 10_000)).toBeUndefined();
});

test('A refused batch takes nothing, and is told after how many seconds it fits', () => {
  const { clock, take } = start();
  expect(take('e', 900, 10)).toBeUndefined();
  expect(take('e', 400, 10)).toBe(30);
  expect(take('e', 101, 10)).toBe(1);
  expect(take('e', 100, 10)).toBeUndefined();
  clock.ms += 29_999;
  expect(take('e', 300, 10)).toBe(1);
  clock.ms += 1;
  expect(take('e', 300, 10)).toBeUndefined();
});

test('However low its limit, an environment can send one largest batch', () => {
  const { clock, take } = start();
  expect(take('e', itemLimits.items, 1)).toBeUndefined();
  expect(take('e', 1, 1)).toBe(1);
  clock.ms += itemLimits.items * 1_000;
  expect(take('e', itemLimits.items, 1)).toBeUndefined();
});

test('Environments are counted by themselves, a clock that is set back gives nothing, and a new limit counts at once', () => {
  const { clock, take } = start();
  expect(take('e', 1_000, 1)).toBeUndefined();
  expect(take('other', 1_000, 1)).toBeUndefined();
  clock.ms -= 500_000;
  expect(take('e', 1, 1)).toBe(1);
  clock.ms += 1_000;
  expect(take('e', 1_000, 1_000)).toBeUndefined();
});
