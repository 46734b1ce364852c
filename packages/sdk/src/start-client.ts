import { createClient, type StitchdClient } from './client.ts';
import { createEventQueue } from './events/event-queue.ts';
import { createExposureMemory } from './events/exposure-memory.ts';
import type { AnyFlags } from './flags/flag-table.ts';
import { createIdSource } from './new-id.ts';
import type { ResolvedOptions } from './options.ts';
import { noLocalOverrides } from './overrides/local-overrides.ts';
import type { Platform } from './platform.ts';
import type { DefinitionsSync } from './sync/definitions-sync.ts';

/** Puts a client together and waits for its first definitions: the same for every runtime. */
export async function startClient<Flags = AnyFlags>(
  options: ResolvedOptions,
  { platform, sync }: { readonly platform: Platform; readonly sync: DefinitionsSync },
): Promise<StitchdClient<Flags>> {
  const { logger, waitUntilReadyMs } = options;
  const client = createClient<Flags>({
    sync,
    queue: createEventQueue({ ...options, platform }),
    memory: createExposureMemory(),
    newId: createIdSource(platform.fillRandom),
    nowMs: platform.nowMs,
    events: options.events,
    privateNames: new Set(options.privateAttributes),
    hooks: options.hooks,
    overrides: noLocalOverrides,
    logger,
  });
  if (waitUntilReadyMs > 0 && !(await sync.waitUntilReady(waitUntilReadyMs)))
    logger.warn(
      `no definitions after ${waitUntilReadyMs} ms (${sync.lastError() ?? 'no answer yet'}); answering fallbacks until they come`,
    );
  return client;
}
