import { createContextHandle, maxItemKinds, maxKindLength, maxUnitLength, type ExposureSource } from '@stitchd/core';
import { createLogger, currentPrincipal, problem, type Principal } from '@stitchd/service-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GatewayContext } from '../context.ts';
import {
  exposureBatchBytes,
  exposureBatchItems,
  exposureFlushMs,
  exposureRefusalLogMs,
  exposureRepeatMs,
  exposureRetryMs,
  maxWaitingExposures,
} from '../limits.ts';
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
  const state = {
    isDown: false,
    nowMs: 1_000,
    asked: 0,
    rejected: [] as readonly { readonly code: string; readonly message: string }[],
  };
  const batches: { readonly principal: string; readonly items: readonly { readonly id: string; readonly context: object }[] }[] =
    [];
  const outcomes = { recorded: 0, repeated: 0, dropped: 0, rejected: 0 };
  const call = (async (_: unknown, { body }: { readonly body: Uint8Array }) => {
    state.asked++;
    if (state.isDown) throw problem('STORE_UNAVAILABLE', 'is down');
    const { items } = JSON.parse(Buffer.from(body).toString()) as {
      readonly items: readonly { readonly id: string; readonly context: object }[];
    };
    batches.push({ principal: currentPrincipal().id, items });
    return { rejected: state.rejected };
  }) as unknown as GatewayContext['call'];
  const log = createLogger('silent');
  const warnings = vi.spyOn(log, 'warn');
  const recorder = createExposureRecorder({
    call,
    nowMs: () => state.nowMs,
    randomBytes: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    onOutcome: (outcome, items) => void (outcomes[outcome] += items),
    log,
  });
  recorder.start();
  return { state, batches, outcomes, recorder, warnings };
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
  expect(outcomes).toEqual({ recorded: exposureBatchItems + 1, repeated: 1, dropped: 0, rejected: 0 });
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
  expect(outcomes).toEqual({ recorded: 1, repeated: 0, dropped: 1, rejected: 0 });
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
  expect(outcomes).toEqual({ recorded: 1, repeated: 1, dropped: 1, rejected: 0 });
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
  expect(outcomes).toEqual({ recorded: maxWaitingExposures + 1, repeated: 0, dropped: 1, rejected: 0 });
});

test('What can not be sent when the gateway stops is counted as lost', async () => {
  const { state, outcomes, recorder } = setUp();
  state.isDown = true;
  recorder.record(key, exposure, context('u-1'), byRead);
  await recorder.stop();
  expect(state.asked).toBe(1);
  expect(outcomes).toEqual({ recorded: 0, repeated: 0, dropped: 1, rejected: 0 });
});

test('What event-service rejects is counted apart, and each reason is logged once a minute with how many there were', async () => {
  const { state, outcomes, recorder, warnings } = setUp();
  state.rejected = [
    { code: 'ITEM_INVALID', message: 'a' },
    { code: 'ITEM_INVALID', message: 'a' },
    { code: 'ITEM_TOO_OLD', message: 'b' },
  ];
  const recordFour = async (first: number) => {
    for (let unit = first; unit < first + 4; unit++) recorder.record(key, exposure, context(`u-${unit}`), byRead);
    await vi.advanceTimersByTimeAsync(exposureFlushMs);
  };
  await recordFour(0);
  expect(outcomes).toEqual({ recorded: 1, repeated: 0, dropped: 0, rejected: 3 });
  expect(warnings.mock.calls.map(([fields]) => fields)).toEqual([
    { code: 'ITEM_INVALID', reason: 'a', items: 1 },
    { code: 'ITEM_TOO_OLD', reason: 'b', items: 1 },
  ]);
  state.nowMs += exposureRefusalLogMs;
  state.rejected = state.rejected.slice(0, 1);
  await recordFour(4);
  expect(warnings.mock.calls.slice(2).map(([fields]) => fields)).toEqual([{ code: 'ITEM_INVALID', reason: 'a', items: 2 }]);
  await recorder.stop();
});

test('Kinds that an item can not carry are left out; a unit that is too long is not sent, and counted as rejected', async () => {
  const { state, batches, outcomes, recorder } = setUp();
  const long = 'x'.repeat(maxUnitLength + 1);
  const others = Object.fromEntries(Array.from({ length: maxItemKinds }, (_, kind) => [`kind-${kind}`, { key: 'k' }]));
  const tooLong = { device: { key: long }, ['k'.repeat(maxKindLength + 1)]: { key: 'k' } };
  recorder.record(key, exposure, createContextHandle({ ...others, ...tooLong, targetingKey: 'u-1' }), byRead);
  recorder.record(key, exposure, createContextHandle({ ...tooLong, targetingKey: long.slice(1) }), byRead);
  expect(recorder.record(key, exposure, context(long), byRead)).toBe(true);
  await recorder.stop();
  const contexts = batches.flatMap(({ items }) => items.map((item) => item.context));
  expect(contexts).toEqual([expect.objectContaining({ user: 'u-1' }), { user: long.slice(1) }]);
  expect(Object.keys(contexts[0] ?? {})).toHaveLength(maxItemKinds);
  expect(outcomes).toEqual({ recorded: 2, repeated: 0, dropped: 0, rejected: 1 });
  expect(state.asked).toBe(1);
});

test('A request holds no more bytes than event-service takes', async () => {
  const { state, batches, recorder } = setUp();
  const kinds = Object.fromEntries(
    Array.from({ length: maxItemKinds - 1 }, (_, kind) => [`kind-${kind}`, { key: '€'.repeat(maxUnitLength) }]),
  );
  for (let unit = 0; unit < 200; unit++)
    recorder.record(key, exposure, createContextHandle({ ...kinds, targetingKey: `u-${unit}` }), byRead);
  await recorder.stop();
  expect(state.asked).toBe(3);
  expect(batches.flatMap(({ items }) => items)).toHaveLength(200);
  for (const { items } of batches) expect(Buffer.byteLength(JSON.stringify(items))).toBeLessThanOrEqual(exposureBatchBytes + 1);
});
