import { compileDefinitions, createContextHandle, evaluate, evaluateAll } from '@stitchd/core';
import { createLogger, problem, type Principal } from '@stitchd/service-kit';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { GatewayContext } from '../context.ts';
import { gatewaySender, usageReportMs } from '../limits.ts';
import { allFlags } from '../ofrep/shared-flags.test-support.ts';
import { createRemoteUsage } from './remote-usage.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const key: Principal = { kind: 'sdk-key', id: 'k-1', name: 'web', environmentId: 'e-1', keyKind: 'client' };
const compiled = compileDefinitions(
  allFlags.map((entity) => ({ ...entity, revision: 3, body: JSON.stringify(entity.body) })),
  9,
);
const context = createContextHandle({ targetingKey: 'u-1', plan: 'pro', email: 'secret', privateAttributes: ['email'] });

interface Sent {
  readonly sdk: object;
  readonly items: readonly {
    readonly id: string;
    readonly flags: readonly { readonly flag: string; readonly count?: number; readonly delivered?: number }[];
    readonly contexts?: readonly object[];
  }[];
}

function setUp() {
  const state = { isDown: false };
  const batches: Sent[] = [];
  const usage = createRemoteUsage({
    call: (async (_: unknown, { body }: { readonly body: Uint8Array }) => {
      if (state.isDown) throw problem('STORE_UNAVAILABLE', 'is down');
      batches.push(JSON.parse(Buffer.from(body).toString()) as Sent);
    }) as unknown as GatewayContext['call'],
    nowMs: () => Date.now(),
    randomBytes: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    log: createLogger('silent'),
  });
  usage.start();
  /** The last that was told of each answer. */
  const told = () => {
    const latest = new Map(batches.flatMap(({ items }) => items).map((item) => [item.id, item]));
    return [...latest.values()].flatMap(({ flags }) => flags);
  };
  const totals = () => ({
    count: told().reduce((sum, { count = 0 }) => sum + count, 0),
    delivered: told().reduce((sum, { delivered = 0 }) => sum + delivered, 0),
  });
  return { state, batches, usage, totals, told };
}

test('Single evaluations are reads, answers about all flags are deliveries, and each is told once, also after a failure', async () => {
  const { state, batches, usage, totals, told } = setUp();
  const visible = [...compiled.flags.values()].filter(({ archived, clientVisible }) => !archived && clientVisible);
  const one = visible[0]?.key ?? '';
  for (let round = 0; round < 3; round++)
    usage.read(key, compiled, one, evaluate(compiled, one, context, undefined, undefined), context);
  state.isDown = true;
  await vi.advanceTimersByTimeAsync(usageReportMs);
  expect(batches).toEqual([]);
  state.isDown = false;
  for (let round = 0; round < 5; round++) {
    const deliver = usage.delivery(key, compiled, context);
    const options = { clientVisibleOnly: true };
    evaluateAll(
      compiled,
      context,
      ({ key: flag, constant }, details) => constant === undefined && deliver(flag, details),
      options,
    );
    usage.deliverConstant(key, compiled, true);
  }
  await vi.advanceTimersByTimeAsync(usageReportMs);
  expect(batches[0]?.sdk).toEqual(gatewaySender);
  expect(totals()).toEqual({ count: 3, delivered: 5 * visible.length });
  expect(new Set(told().map(({ flag }) => flag))).toEqual(new Set(visible.map(({ key: flag }) => flag)));
  const contexts = batches.flatMap(({ items }) => items).flatMap((item) => item.contexts ?? []);
  expect(contexts).toEqual([{ kind: 'user', attribute: 'plan', types: ['string'] }]);
  usage.deliverConstant(key, compiled, false);
  await usage.stop();
  expect(totals().delivered).toBeGreaterThan(5 * visible.length);
});
