import { createContextHandle, type ExposureSource } from '@stitchd/core';
import { createLogger, currentPrincipal, problem, type Principal } from '@stitchd/service-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GatewayContext } from '../context.ts';
import { exposureAttempts, exposureBatchItems, exposureFlushMs, exposureRepeatMs, maxWaitingExposures } from '../limits.ts';
import { createExposureRecorder } from './exposure-recorder.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const key: Principal = { kind: 'sdk-key', id: 'k-1', name: 'web', environmentId: 'e-1', keyKind: 'client' };
const exposure: ExposureSource = {
  flagKey: 'checkout',
  variant: 'on',
  ruleId: undefined,
  splitId: 's-1',
  iterationId: 'it-1',
  holdout: undefined,
  coveredBy: [],
  sticky: false,
  contextKind: 'user',
  attribute: undefined,
};
const context = (unit: string) => createContextHandle({ targetingKey: unit });

function setUp() {
  const state = { isDown: false, nowMs: 1_000, asked: 0 };
  const batches: { readonly principal: string; readonly items: readonly { readonly id: string; readonly context: object }[] }[] =
    [];
  const outcomes = { recorded: 0, repeated: 0, dropped: 0 };
  const call = (async (_: unknown, { body }: { readonly body: Uint8Array }) => {
    state.asked++;
    if (state.isDown) throw problem('STORE_UNAVAILABLE', 'is down');
    const { items } = JSON.parse(Buffer.from(body).toString()) as {
      readonly items: readonly { readonly id: string; readonly context: object }[];
    };
    batches.push({ principal: currentPrincipal().id, items });
  }) as unknown as GatewayContext['call'];
  const recorder = createExposureRecorder({
    call,
    nowMs: () => state.nowMs,
    randomBytes: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    onOutcome: (outcome, items) => void (outcomes[outcome] += items),
    log: createLogger('silent'),
  });
  recorder.start();
  return { state, batches, outcomes, recorder };
}

test('Exposures are sent in batches in the name of their key, each unit once an hour', async () => {
  const { state, batches, outcomes, recorder } = setUp();
  for (let unit = 0; unit <= exposureBatchItems; unit++) recorder.record(key, exposure, context(`u-${unit}`));
  recorder.record(key, exposure, context('u-0'));
  await vi.advanceTimersByTimeAsync(exposureFlushMs);
  expect(batches.map(({ principal, items }) => [principal, items.length])).toEqual([
    ['k-1', exposureBatchItems],
    ['k-1', 1],
  ]);
  expect(outcomes).toEqual({ recorded: exposureBatchItems + 1, repeated: 1, dropped: 0 });
  state.nowMs += exposureRepeatMs;
  recorder.record(key, exposure, context('u-0'));
  await recorder.stop();
  expect(batches.at(-1)?.items).toMatchObject([{ context: { user: 'u-0' } }]);
});

test('What nobody has to know is not sent: no unit, and no iteration and no holdout', async () => {
  const { state, recorder } = setUp();
  recorder.record(key, exposure, createContextHandle({}));
  recorder.record(key, { ...exposure, iterationId: undefined }, context('u-1'));
  await recorder.stop();
  expect(state.asked).toBe(0);
});

test('While event-service is away the same items are sent again, and after some attempts are given up and counted', async () => {
  const { state, batches, outcomes, recorder } = setUp();
  state.isDown = true;
  recorder.record(key, exposure, context('u-1'));
  await vi.advanceTimersByTimeAsync(exposureFlushMs * (exposureAttempts - 1));
  expect(outcomes.dropped).toBe(0);
  state.isDown = false;
  await vi.advanceTimersByTimeAsync(exposureFlushMs);
  expect(batches).toHaveLength(1);
  state.isDown = true;
  recorder.record(key, exposure, context('u-2'));
  await vi.advanceTimersByTimeAsync(exposureFlushMs * exposureAttempts);
  expect(outcomes).toEqual({ recorded: 1, repeated: 0, dropped: 1 });
});

test('At most a number of exposures wait; further ones are dropped and counted', () => {
  const { state, outcomes, recorder } = setUp();
  state.isDown = true;
  for (let unit = 0; unit <= maxWaitingExposures; unit++) recorder.record(key, exposure, context(`u-${unit}`));
  expect(outcomes.dropped).toBe(1);
});
