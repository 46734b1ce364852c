import { readFileSync } from 'node:fs';
import { createClient, type StitchdClient } from './client.ts';
import { createEventQueue } from './events/event-queue.ts';
import { createExposureMemory } from './events/exposure-memory.ts';
import { createIdSource } from './new-id.ts';
import { resolveOptions, type StitchdOptions } from './options.ts';
import { startDefinitionsSync } from './sync/definitions-sync.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
const userAgent = `stitchd-node/${version}`;

/** The way in. */
export const Stitchd = {
  /**
   * Makes a client, and waits for the first definitions for at most `waitUntilReadyMs`. It resolves all the same when they
   * have not come: evaluations then answer their fallbacks with `PROVIDER_NOT_READY` until they do.
   * @throws TypeError for options that can't work; nothing else
   */
  async init(options: StitchdOptions): Promise<StitchdClient> {
    const resolved = resolveOptions(options);
    const shared = { sdkKey: resolved.sdkKey, userAgent, logger: resolved.logger, random: Math.random };
    const sync = startDefinitionsSync({ ...shared, syncUrl: resolved.syncUrl });
    const queue = createEventQueue({
      ...shared,
      url: resolved.url,
      nowMs: Date.now,
      maxQueuedItems: resolved.maxQueuedItems,
      flushIntervalMs: resolved.flushIntervalMs,
    });
    const client = createClient({
      sync,
      queue,
      memory: createExposureMemory(),
      newId: createIdSource(),
      nowMs: Date.now,
      events: resolved.events,
      logger: resolved.logger,
    });
    if (resolved.waitUntilReadyMs > 0 && !(await sync.waitUntilReady(resolved.waitUntilReadyMs)))
      resolved.logger.warn(
        `no definitions after ${resolved.waitUntilReadyMs} ms (${sync.lastError() ?? 'no answer yet'}); answering fallbacks until they come`,
      );
    return client;
  },
};
