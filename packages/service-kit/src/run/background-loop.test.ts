import { expect, test } from 'vitest';
import { startLoop } from './background-loop.ts';

const hourMs = 3_600_000;

/** Runs that end when the test says so. */
function controlled() {
  const running: { end: () => void; fail: () => void; signal: AbortSignal }[] = [];
  const once = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      running.push({ end: resolve, fail: () => reject(new Error('no luck')), signal });
    });
  return { running, once };
}

test('Work begins at once, and a wake-up during it makes it run once more without the pause', async () => {
  const { running, once } = controlled();
  const loop = startLoop({ intervalMs: hourMs, once, onTrouble: () => undefined });
  expect(running).toHaveLength(1);
  loop.wake();
  loop.wake();
  expect(running).toHaveLength(1);
  running[0]?.end();
  await expect.poll(() => running.length).toBe(2);
  running[1]?.end();
  const stopped = loop.stop();
  await stopped;
  expect(running).toHaveLength(2);
});

test('A wake-up ends the pause', async () => {
  const { running, once } = controlled();
  const loop = startLoop({ intervalMs: hourMs, once, onTrouble: () => undefined });
  running[0]?.end();
  await new Promise((resolve) => setImmediate(resolve));
  loop.wake();
  await expect.poll(() => running.length).toBe(2);
  running[1]?.end();
  await loop.stop();
});

test('A run that fails is told and does not end the loop', async () => {
  const { running, once } = controlled();
  const troubles: unknown[] = [];
  const loop = startLoop({ intervalMs: 1, once, onTrouble: (error) => troubles.push(error) });
  running[0]?.fail();
  await expect.poll(() => running.length).toBe(2);
  expect(troubles).toEqual([new Error('no luck')]);
  running[1]?.end();
  await loop.stop();
});

test('Stopping tells the running work and waits for it', async () => {
  const { running, once } = controlled();
  const loop = startLoop({ intervalMs: hourMs, once, onTrouble: () => undefined });
  let isStopped = false;
  const stopped = loop.stop().then(() => (isStopped = true));
  expect(running[0]?.signal.aborted).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  expect(isStopped).toBe(false);
  running[0]?.end();
  await stopped;
});
