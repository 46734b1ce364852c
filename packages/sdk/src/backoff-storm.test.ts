import { expect, test } from 'vitest';
import { seededRandom } from '../../core/src/hashing/seeded-random.test-support.ts';
import { backoffMs } from './backoff.ts';
import { sdkLimits } from './sdk-limits.ts';

const clients = 10_000;

/** In [0, 1), the same at each run. */
function fractions(seed: number): () => number {
  const next = seededRandom(seed);
  return () => next() / 2 ** 32;
}

/** The largest distance between the share of values below each and what it were if they were spread evenly (Kolmogorov–Smirnov). */
function distanceFromUniform(values: readonly number[], bound: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return Math.max(...sorted.map((value, index) => Math.abs((index + 1) / sorted.length - (value + 1) / bound)));
}

/** The times at which clients that lost their server at 0 try again, until a server that takes so many a second has all. */
function reconnect(acceptedPerSecond: number, pauseMs: (attempt: number) => number) {
  const attempts: number[] = [];
  const waiting = Array.from({ length: clients }, () => ({ atMs: pauseMs(0), attempt: 0 }));
  const taken = new Map<number, number>();
  while (waiting.length > 0) {
    waiting.sort((a, b) => b.atMs - a.atMs);
    const due = waiting.splice(-Math.max(1, Math.ceil(waiting.length / 10)));
    for (const { atMs, attempt } of due.toReversed()) {
      attempts.push(atMs);
      const second = Math.floor(atMs / 1_000);
      const count = taken.get(second) ?? 0;
      if (count < acceptedPerSecond) taken.set(second, count + 1);
      else waiting.push({ atMs: atMs + pauseMs(attempt + 1), attempt: attempt + 1 });
    }
  }
  return attempts;
}

function mostIn(sliceMs: number, times: readonly number[]): number {
  const slices = new Map<number, number>();
  for (const time of times) slices.set(Math.floor(time / sliceMs), (slices.get(Math.floor(time / sliceMs)) ?? 0) + 1);
  return Math.max(...slices.values());
}

test.each([0, 1, 3, 6, 20])('Pauses before attempt %i of 10,000 clients are spread evenly over the whole bound', (attempt) => {
  const random = fractions(attempt + 1);
  const bound = Math.min(sdkLimits.reconnectMs.longest, sdkLimits.reconnectMs.first * 2 ** attempt);
  const pauses = Array.from({ length: clients }, () => backoffMs(attempt, sdkLimits.reconnectMs, random));
  // 1 % of even samples lie further away (1.63 / √n); whole milliseconds add at most one step of the bound.
  expect(distanceFromUniform(pauses, bound)).toBeLessThan(1.63 / Math.sqrt(clients) + 1 / bound);
});

test('10,000 clients that lose a server which takes 1,000 a second come back with few attempts each, never all at once', () => {
  const random = fractions(7);
  const jittered = reconnect(1_000, (attempt) => backoffMs(attempt, sdkLimits.reconnectMs, random));
  const together = reconnect(1_000, (attempt) => backoffMs(attempt, sdkLimits.reconnectMs, () => 0.999));
  expect(jittered.length / clients).toBeLessThan(7);
  // Within a hundredth of a second: without jitter everybody, with it a few in a hundred.
  expect(mostIn(10, together)).toBe(clients);
  expect(mostIn(10, jittered)).toBeLessThan(clients * 0.08);
});
