import { expect, test } from 'vitest';
import { createQuerySlots } from '../../engine/query-slots.mjs';
import { embeddedLimits } from '../limits.ts';
import { nextRestartDelay } from './restart-delay.ts';

test('the pause before a restart doubles up to its limit, and begins anew after a long life', () => {
  const delays: number[] = [];
  let delay: number | undefined;
  for (let crash = 0; crash < 12; crash++) delays.push((delay = nextRestartDelay(delay, 0)));
  expect(delays.slice(0, 4)).toEqual([100, 200, 400, 800]);
  expect(delays.at(-1)).toBe(embeddedLimits.restartLongestDelayMs);
  expect(nextRestartDelay(delay, embeddedLimits.restartHealthyAfterMs - 1)).toBe(embeddedLimits.restartLongestDelayMs);
  expect(nextRestartDelay(delay, embeddedLimits.restartHealthyAfterMs)).toBe(embeddedLimits.restartFirstDelayMs);
});

test('queries run up to the limit, wait in order up to theirs, and one more is refused with the code 202', async () => {
  const slots = createQuerySlots({ running: 2, waiting: 2 });
  const order: string[] = [];
  await slots.acquire();
  await slots.acquire();
  const third = slots.acquire().then(() => order.push('third'));
  const fourth = slots.acquire().then(() => order.push('fourth'));
  await expect(slots.acquire()).rejects.toThrow('Code: 202.');
  expect(order).toEqual([]);
  slots.release();
  await third;
  slots.release();
  await fourth;
  expect(order).toEqual(['third', 'fourth']);
  expect(slots.running()).toBe(2);
  slots.release();
  slots.release();
  expect(slots.running()).toBe(0);
});
