import { expect, test, vi } from 'vitest';
import { createTestClient } from '../testing/create-test-client.ts';
import { createRecordingLogger } from '../testing/recording-logger.test-support.ts';
import type { Hook } from './hook.ts';

function recording(name: string, into: string[]): Hook {
  return {
    before: ({ flagKey }) => into.push(`${name} before ${flagKey}`),
    after: (_, { value }) => into.push(`${name} after ${JSON.stringify(value)}`),
    error: (_, { errorCode }) => into.push(`${name} error ${errorCode}`),
    finally: (_, { reason }) => into.push(`${name} finally ${reason}`),
  };
}

test("Hooks run around an evaluation, the client's outside those of the call", () => {
  const seen: string[] = [];
  const client = createTestClient({ flags: { release: true }, hooks: [recording('client', seen)] });
  client.boolean('release', {}, false, { hooks: [recording('call', seen)] });
  expect(seen).toEqual([
    'client before release',
    'call before release',
    'call after true',
    'client after true',
    'call finally STATIC',
    'client finally STATIC',
  ]);
  seen.length = 0;
  client.context({}).string('release', 'mine');
  expect(seen).toEqual(['client before release', 'client error TYPE_MISMATCH', 'client finally ERROR']);
});

test('A hook sees what was asked, shares state between its stages, and never sees a private attribute', () => {
  const seen: unknown[] = [];
  const hook: Hook = {
    before: (evaluation) => {
      evaluation.state.set('startedAt', 7);
      seen.push(evaluation.context, evaluation.targetingKey, evaluation.type, evaluation.fallback, evaluation.revision);
    },
    after: ({ state }) => seen.push(state.get('startedAt')),
  };
  const client = createTestClient({ flags: { size: 3 }, hooks: [hook], privateAttributes: ['email'] });
  const context = {
    targetingKey: 'u-1',
    email: 'me@example.org',
    address: { street: 'x' },
    org: { key: 'acme', email: 'me@example.org', size: 3 },
    plan: 'pro',
    privateAttributes: ['/address/street'],
  };
  client.number('size', context, 9);
  const shown = {
    targetingKey: 'u-1',
    org: { key: 'acme', size: 3 },
    plan: 'pro',
    privateAttributes: ['/address/street'],
  };
  expect(seen).toEqual([shown, 'u-1', 'double', 9, 1, 7]);
  seen.length = 0;
  client.number('size', { targetingKey: 'u-1', privateAttributes: ['targetingKey'] }, 9);
  expect(seen[1]).toBeUndefined();
  expect(JSON.stringify(seen)).not.toContain('u-1');
});

test('A hook that throws, or rejects later, changes no answer; it is counted, and logged once', async () => {
  const unhandled = vi.fn<(reason: unknown) => void>();
  process.on('unhandledRejection', unhandled);
  const logger = createRecordingLogger();
  const failing: Hook = {
    before: () => {
      throw new Error('broken');
    },
    after: async () => {
      await Promise.resolve();
      throw new Error('later');
    },
    get finally(): Hook['finally'] {
      throw new Error('no such stage');
    },
  };
  const client = createTestClient({ flags: { release: true }, hooks: [failing], logger });
  expect(client.boolean('release', {}, false)).toBe(true);
  expect(client.boolean('release', {}, false)).toBe(true);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', unhandled);
  expect(unhandled).not.toHaveBeenCalled();
  expect(client.status().failures.hook).toBe(6);
  expect(logger.lines.toSorted()).toEqual(['broken', 'later', 'no such stage'].map((why) => `warn: a hook failed: ${why}`));
});

test('Reading all flags runs no hook', () => {
  const seen: string[] = [];
  const client = createTestClient({ flags: { release: true }, hooks: [recording('client', seen)] });
  client.allFlags({});
  expect(seen).toEqual([]);
});
