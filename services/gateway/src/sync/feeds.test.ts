import { createLogger, type Principal } from '@stitchd/service-kit';
import { afterEach, expect, test } from 'vitest';
import { maxEnvironments } from '../limits.ts';
import { createFeeds, type Feeds } from './feeds.ts';
import type { SyncStream } from './sync-stream.ts';

let feeds: Feeds;
afterEach(() => feeds.stop());

const environment = (number: number): Principal => ({
  kind: 'sdk-key',
  id: 'key',
  name: 'key',
  organisationId: 'o',
  projectId: 'p',
  environmentId: `e-${number}`,
});

/** As many environments as may be held; flag-service says nothing of any of them. */
function fill() {
  let nowMs = 1_000;
  const held: number[] = [];
  const ended: string[] = [];
  feeds = createFeeds({
    async *watch({ environmentId }, signal) {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      ended.push(environmentId);
      yield* [];
    },
    nowMs: () => nowMs++,
    random: () => 0.5,
    log: createLogger('silent'),
    onCount: (environments) => void held.push(environments),
  });
  const all = Array.from({ length: maxEnvironments }, (_, number) => feeds.of(environment(number)));
  return { all, held, ended };
}

const follower = { keyHash: 'k', end: () => undefined, catchUp: () => undefined } as unknown as SyncStream;

test('One environment more than may be held takes the place of the one that was used the longest ago and has no stream, or is refused', async () => {
  const { all, held, ended } = fill();
  expect(held.at(-1)).toBe(maxEnvironments);
  all[0]?.add(follower);
  const last = feeds.of(environment(maxEnvironments));
  await expect.poll(() => ended).toEqual(['e-1']);
  expect(Math.max(...held)).toBe(maxEnvironments);
  expect(feeds.of(environment(0))).toBe(all[0]);
  for (const feed of [last, ...all.slice(2)]) feed.add(follower);
  expect(() => feeds.of(environment(1))).toThrow('as many environments as it can');
  expect(feeds.of(environment(7))).toBe(all[7]);
  expect(ended).toEqual(['e-1']);
});
