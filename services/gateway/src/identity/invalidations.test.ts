import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { InvalidationSchema } from '@stitchd/proto/auth/v1/auth';
import { createLogger } from '@stitchd/service-kit';
import { afterEach, expect, test } from 'vitest';
import { until } from '../backend.test-support.ts';
import { followInvalidations, type Invalidations } from './invalidations.ts';

type Message = MessageInitShape<typeof InvalidationSchema>;

let following: Invalidations | undefined;
afterEach(() => following?.stop());

function setUp() {
  const clock = { nowMs: 1_000 };
  const heard: string[] = [];
  let attempts = 0;
  let put: (message: Message | 'break') => void = () => undefined;
  following = followInvalidations({
    async *watch(signal) {
      attempts++;
      const queue: (Message | 'break')[] = [];
      let wake: () => void = () => undefined;
      put = (message) => {
        queue.push(message);
        wake();
      };
      signal.addEventListener('abort', () => put('break'));
      for (;;) {
        while (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        const message = queue.shift();
        if (message === undefined || message === 'break') throw new Error('the stream broke');
        yield create(InvalidationSchema, message);
      }
    },
    listener: {
      onKey: (hash) => heard.push(`key ${hash}`),
      onSession: (id) => heard.push(`session ${id}`),
    },
    nowMs: () => clock.nowMs,
    random: () => 0,
    log: createLogger('silent'),
  });
  following.start();
  return { clock, heard, follow: following, put: (message: Message | 'break') => put(message), attempts: () => attempts };
}

test('What was revoked before is told first, and from the heartbeat on revocations count as heard of', async () => {
  const { heard, follow, put } = setUp();
  put({ keySha256: new Uint8Array([1, 255]) });
  await until(() => heard.length === 1);
  expect(follow.hearing()).toEqual({ kind: 'deaf', sinceMs: 1_000 });
  put({});
  await follow.heardFirst(60_000);
  put({ sessionId: 's-1' });
  await until(() => heard.length === 2);
  expect(heard).toEqual(['key 01ff', 'session s-1']);
  expect(follow.hearing()).toEqual({ kind: 'hearing' });
});

test('A broken stream is opened again, and until its heartbeat the time of the last sign counts', async () => {
  const { clock, follow, put, attempts } = setUp();
  put({});
  await follow.heardFirst(60_000);
  clock.nowMs = 5_000;
  put({ sessionId: 's-1' });
  put('break');
  await until(() => attempts() === 2);
  clock.nowMs = 9_000;
  expect(follow.hearing()).toEqual({ kind: 'deaf', sinceMs: 5_000 });
  put({});
  await until(() => follow.hearing().kind === 'hearing');
});
