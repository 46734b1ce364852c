import { expect, test } from 'vitest';
import { backoffMs } from '../backoff.ts';
import { sdkLimits } from '../sdk-limits.ts';

/** A seeded generator (mulberry32), so that the figures are the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** When each of 10,000 clients, which lost their server at the same moment, comes back after an outage. */
function arrivals(outageMs: number): number[] {
  const random = seeded(42);
  return Array.from({ length: 10_000 }, () => {
    let at = 0;
    for (let attempt = 0; ; attempt++) {
      at += backoffMs(attempt, sdkLimits.reconnectMs, random);
      if (at >= outageMs) return at - outageMs;
    }
  }).sort((a, b) => a - b);
}

/** Most arrivals in any window of that length. */
function busiest(times: readonly number[], windowMs: number): number {
  let first = 0;
  let most = 0;
  for (const [index, time] of times.entries()) {
    while (time - (times[first] ?? 0) >= windowMs) first++;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

test.each([
  { outageMs: 1_000, busiestSecond: 7_200, lastMs: 8_000 },
  { outageMs: 10_000, busiestSecond: 1_700, lastMs: 15_000 },
  { outageMs: 60_000, busiestSecond: 1_350, lastMs: 15_000 },
])('10,000 clients come back spread over an outage of $outageMs ms, not at once', ({ outageMs, busiestSecond, lastMs }) => {
  const times = arrivals(outageMs);
  expect(busiest(times, 1_000)).toBeLessThanOrEqual(busiestSecond);
  expect(times.at(-1)).toBeLessThanOrEqual(lastMs);
  // Evenly: no tenth of a second has much more than its share of the busiest second.
  expect(busiest(times, 100)).toBeLessThan(busiest(times, 1_000) / 3);
});

test('The pauses of one attempt fill its whole bound evenly', () => {
  const random = seeded(7);
  for (const attempt of [0, 3, 20]) {
    const bound = Math.min(sdkLimits.reconnectMs.longest, sdkLimits.reconnectMs.first * 2 ** attempt);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (let client = 0; client < 10_000; client++) {
      const tenth = Math.floor((backoffMs(attempt, sdkLimits.reconnectMs, random) / bound) * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    // Chi-square with 9 degrees of freedom: 27.9 at p = 0.001.
    expect(tenths.reduce((sum, count) => sum + (count - 1_000) ** 2 / 1_000, 0)).toBeLessThan(27.9);
  }
});
