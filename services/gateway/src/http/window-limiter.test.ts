import { expect, test } from 'vitest';
import { maxLimitedCallers } from '../limits.ts';
import { createWindowLimiter } from './window-limiter.ts';

function setUp() {
  const clock = { ms: 1_000 };
  return { clock, limiter: createWindowLimiter({ limit: 2, windowMs: 10_000, nowMs: () => clock.ms }) };
}

test('As many as the limit fit into a window, one more waits for its end, and the next window is empty', () => {
  const { clock, limiter } = setUp();
  expect([limiter.take('a'), limiter.isFull('a'), limiter.take('a')]).toEqual([undefined, undefined, undefined]);
  clock.ms += 4_000;
  expect([limiter.isFull('a'), limiter.take('a'), limiter.take('a')]).toEqual([6_000, 6_000, 6_000]);
  expect([limiter.isFull('b'), limiter.take('b')]).toEqual([undefined, undefined]);
  clock.ms += 6_000;
  expect([limiter.isFull('a'), limiter.take('a')]).toEqual([undefined, undefined]);
});

test('A clock that is set back opens a new window rather than keeping the old one for longer', () => {
  const { clock, limiter } = setUp();
  for (let count = 0; count < 3; count++) limiter.take('a');
  clock.ms -= 1_000_000;
  expect(limiter.take('a')).toBeUndefined();
});

test('At most a number of callers is remembered; the one whose window began the longest ago is forgotten', () => {
  const { limiter } = setUp();
  limiter.take('first');
  limiter.take('first');
  for (let caller = 1; caller < maxLimitedCallers; caller++) limiter.take(`c-${caller}`);
  expect(limiter.isFull('first')).toBe(10_000);
  limiter.take('one too many');
  expect(limiter.isFull('first')).toBeUndefined();
});
