import { createClient } from '../../../packages/sdk/dist/client.js';
import { createEventQueue } from '../../../packages/sdk/dist/events/event-queue.js';
import { createExposureMemory } from '../../../packages/sdk/dist/events/exposure-memory.js';
import { loadReplica } from '../our-replica.mjs';
import { many } from '../workload.mjs';

const logger = { error() {}, warn() {}, info() {}, debug() {} };

/** The client as applications have it, with definitions that are there already instead of a stream. */
export function createSdkClient() {
  const { replica, loadMs } = loadReplica();
  const sync = {
    compiled: () => replica.compiled,
    connection: () => 'connected',
    lastError: () => undefined,
    onChange: () => () => undefined,
    waitUntilReady: () => Promise.resolve(true),
    close() {},
  };
  const shared = { sdkKey: 'stsk_bench', userAgent: 'bench', logger, random: Math.random, nowMs: Date.now };
  const queue = createEventQueue({ ...shared, url: 'http://127.0.0.1:9', maxQueuedItems: 10_000, flushIntervalMs: 3_600_000 });
  let ids = 0;
  const newId = () => String(ids++);
  const client = createClient({ sync, queue, memory: createExposureMemory(), newId, nowMs: Date.now, events: true, logger });
  return { client, loadMs };
}

export function create() {
  const { client, loadMs } = createSdkClient();
  return {
    version: '-',
    loadMs,
    isAsync: false,
    /** @param {import('../workload.mjs').User} user */
    contextOf: ({ key, ...attributes }) => ({ targetingKey: key, ...attributes }),
    /** @param {string} flagKey @param {never} context */
    ask: (flagKey, context) => client.boolean(flagKey, context, false),
    /** @param {never} context */
    countOn(context) {
      let count = 0;
      for (const { key } of many) if (client.boolean(key, context, false)) count++;
      return count;
    },
  };
}
