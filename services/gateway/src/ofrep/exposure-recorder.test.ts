import { createContextHandle, type ExposureSource } from '@stitchd/core';
import { createLogger, currentPrincipal, problem, type Principal } from '@stitchd/service-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GatewayContext } from '../context.ts';
import { exposureBatchItems, exposureFlushMs, exposureRepeatMs, exposureRetryMs, maxWaitingExposures } from '../limits.ts';
import { createExposureRecorder } from './exposure-recorder.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const key: Principal = { kind: 'sdk-key', id: 'k-1', name: 'web', environmentId: 'e-1', keyKind: 'client' };
const byRead = { by: 'read', settings: { exposureAttributes: [] } } as const;
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
  for (let unit = 0; unit <= exposureBatchItems; unit++) recorder.record(key, exposure, context(`u-${unit}`), byRead);
  recorder.record(key, exposure, context('u-0'), byRead);
  await vi.advanceTimersByTimeAsync(exposureFlushMs);
  expect(batches.map(({ principal, items }) => [principal, items.length])).toEqual([
    ['k-1', exposureBatchItems],
    ['k-1', 1],
  ]);
  expect(outcomes).toEqual({ recorded: exposureBatchItems + 1, repeated: 1, dropped: 0 });
  state.nowMs += exposureRepeatMs;
  recorder.record(key, exposure, context('u-0'), byRead);
  await recorder.stop();
  expect(batches.at(-1)?.items).toMatchObject([{ context: { user: 'u-0' } }]);
});

test('An exposure without a unit is not sent', async () => {
  const { state, recorder } = setUp();
  recorder.record(key, exposure, createContextHandle({}), byRead);
  await recorder.stop();
  expect(state.asked).toBe(0);
});

test('Which holdouts cover a place is told, where there are some', async () => {
  const { batches, recorder } = setUp();
  recorder.record(key, { ...exposure, iterationId: undefined, coveredBy: ['h1', 'h2'] }, context('u-1'), byRead);
  recorder.record(key, exposure, context('u-1'), byRead);
  await recorder.stop();
  const items = batches.flatMap((batch) => batch.items);
  expect(items.map((item) => ('coveredBy' in item ? item.coveredBy : undefined))).toEqual([['h1', 'h2'], undefined]);
});

test('Keys that are private are not sent, and an exposure whose unit is private is not sent at all', async () => {
  const { batches, recorder } = setUp();
  const hiding = (...privateAttributes: string[]) =>
    createContextHandle({ targetingKey: 'u-1', email: 'e', org: { key: 'acme' }, device: { key: 'd' }, privateAttributes });
  recorder.record(key, exposure, hiding('org', '/device/key'), byRead);
  recorder.record(key, exposure, hiding('targetingKey'), byRead);
  recorder.record(key, { ...exposure, attribute: 'email' }, hiding('email'), byRead);
  const living = { address: { street: { name: 'x' } }, 'a/b': 'x', targetingKey: 'u-1' };
  for (const [attribute, name] of [
    ['/address/street/name', '/address/street'],
    ['/a~1b', 'a/b'],
    ['key', 'targetingKey'],
  ] as const)
    recorder.record(key, { ...exposure, attribute }, createContextHandle({ ...living, privateAttributes: [name] }), byRead);
  await recorder.stop();
  expect(batches.flatMap(({ items }) => items.map((item) => item.context))).toEqual([{ user: 'u-1' }]);
});

test('While event-service is away the same items are sent again for five minutes; then they are given up and counted', async () => {
  const { state, batches, outcomes, recorder } = setUp();
  state.isDown = true;
  recorder.record(key, exposure, context('u-1'), byRead);
  state.nowMs += exposureRetryMs - 1;
  await vi.advanceTimersByTimeAsync(exposureFlushMs * 20);
  expect(state.asked).toBe(20);
  expect(outcomes.dropped).toBe(0);
  recorder.record(key, exposure, context('u-2'), byRead);
  state.nowMs += 1;
  await vi.advanceTimersByTimeAsync(exposureFlushMs);
  expect(outcomes.dropped).toBe(1);
  state.isDown = false;
  await vi.advanceTimersByTimeAsync(exposureFlushMs);
  expect(batches.map(({ items }) => items.map((item) => item.context))).toEqual([[{ user: 'u-2' }]]);
  expect(outcomes).toEqual({ recorded: 1, repeated: 0, dropped: 1 });
});

test('What was given up is recorded again when it comes again; what still waits is not', async () => {
  const { state, batches, outcomes, recorder } = setUp();
  state.isDown = true;
  recorder.record(key, exposure, context('u-1'), byRead);
  recorder.record(key, exposure, context('u-1'), byRead);
  expect(outcomes.repeated).toBe(1);
  state.nowMs += exposureRetryMs;
  await vi.advanceTimersByTimeAsync(exposureFlushMs);
  expect(outcomes.dropped).toBe(1);
  state.isDown = false;
  recorder.record(key, exposure, context('u-1'), byRead);
  await vi.advanceTimersByTimeAsync(exposureFlushMs);
  expect(batches).toHaveLength(1);
  expect(outcomes).toEqual({ recorded: 1, repeated: 1, dropped: 1 });
});

test('At most a number of exposures wait; a further one is dropped and counted, and recorded when there is room again', async () => {
  const { state, batches, outcomes, recorder } = setUp();
  for (let unit = 0; unit < maxWaitingExposures; unit++)
    expect(recorder.record(key, exposure, context(`u-${unit}`), byRead)).toBe(true);
  expect(recorder.record(key, exposure, context(`u-${maxWaitingExposures}`), byRead)).toBe(false);
  expect(outcomes.dropped).toBe(1);
  await vi.advanceTimersByTimeAsync(exposureFlushMs);
  expect(state.asked).toBe(maxWaitingExposures / exposureBatchItems);
  recorder.record(key, exposure, context(`u-${maxWaitingExposures}`), byRead);
  await vi.advanceTimersByTimeAsync(exposureFlushMs);
  expect(batches.at(-1)?.items).toMatchObject([{ context: { user: `u-${maxWaitingExposures}` } }]);
  expect(outcomes).toEqual({ recorded: maxWaitingExposures + 1, repeated: 0, dropped: 1 });
});

test('What can not be sent when the gateway stops is counted as lost', async () => {
  const { state, outcomes, recorder } = setUp();
  state.isDown = true;
  recorder.record(key, exposure, context('u-1'), byRead);
  await recorder.stop();
  expect(state.asked).toBe(1);
  expect(outcomes).toEqual({ recorded: 0, repeated: 0, dropped: 1 });
});
