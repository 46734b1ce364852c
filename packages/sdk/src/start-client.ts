import { createUsageRecorder, type DefinitionsDocument, type UsageParts, type UsageRecorder } from '@stitchd/core';
import { createClient, type StitchdClient } from './client.ts';
import { createEventQueue, type EventQueue } from './events/event-queue.ts';
import { createExposureMemory } from './events/exposure-memory.ts';
import type { AnyFlags } from './flags/flag-table.ts';
import { createClientMemberships } from './memberships/client-memberships.ts';
import { createIdSource } from './new-id.ts';
import { runEvery } from './background-timer.ts';
import type { ResolvedOptions } from './options.ts';
import { createLocalOverrides, type LocalOverrides } from './overrides/local-overrides.ts';
import { nothingOverridden } from './overrides/parse-overrides.ts';
import type { Platform } from './platform.ts';
import { sdkLimits } from './sdk-limits.ts';
import { keepSnapshots, type SnapshotKeeper } from './storage/keep-snapshots.ts';
import { loadDefinitions } from './storage/load-definitions.ts';
import type { SnapshotStore } from './storage/snapshot-store.ts';
import { createDefinitionsStore } from './sync/definitions-store.ts';
import { type DefinitionsSync, startDefinitionsSync } from './sync/definitions-sync.ts';
import type { Transport } from './sync/transport.ts';

/** What a runtime brings to a client. */
export interface ClientRuntime {
  readonly platform: Platform;
  /** The better ones first; none are used offline. */
  readonly transports: readonly Transport[];
  readonly snapshots: SnapshotStore | undefined;
  /** Undefined where the runtime has neither an environment nor files. */
  readonly overrides: LocalOverrides | undefined;
  /** Reads the definitions to begin with; rejects where it can't. */
  readonly bootstrap: (() => Promise<string | DefinitionsDocument>) | undefined;
  /** Calls back when the program is about to end by itself; answers what takes it off again. */
  readonly beforeExit: (finish: () => Promise<unknown>) => () => void;
}

/** Puts a client together and waits for its first definitions: the same for every runtime. */
export async function startClient<Flags = AnyFlags>(
  options: ResolvedOptions,
  runtime: ClientRuntime,
): Promise<StitchdClient<Flags>> {
  const { logger } = options;
  const { platform, snapshots } = runtime;
  const definitions = createDefinitionsStore({ logger, nowMs: platform.nowMs });
  await loadDefinitions(definitions, { ...runtime, logger });
  const keeper =
    snapshots === undefined ? undefined : keepSnapshots({ definitions, snapshots, saveAfterMs: sdkLimits.saveAfterMs, logger });
  const transports = options.offline ? [] : runtime.transports;
  const sync = startDefinitionsSync({ store: definitions, transports, logger, platform, limits: sdkLimits });
  const client = assemble<Flags>(options, { ...runtime, sync, keeper });
  await waitForDefinitions(sync, options);
  return client;
}

function assemble<Flags>(
  options: ResolvedOptions,
  parts: ClientRuntime & { readonly sync: DefinitionsSync; readonly keeper: SnapshotKeeper | undefined },
): StitchdClient<Flags> {
  const { platform, sync, keeper } = parts;
  const queue = createEventQueue({ ...options, platform });
  const newId = createIdSource(platform.fillRandom);
  const privateNames = new Set(options.privateAttributes);
  const usage = options.usage ? countUsage({ ...platform, sync, queue, newId, privateNames }) : undefined;
  const finish = (): Promise<unknown> => {
    usage?.report(true);
    return Promise.all([queue.finish(), keeper?.flush()]);
  };
  const stopCounting = usage && runEvery(sdkLimits.usageIntervalMs, () => usage.report(false));
  const stopFinishing = parts.beforeExit(finish);
  return createClient<Flags>({
    sync,
    keeper,
    queue,
    finish,
    onClose() {
      stopFinishing();
      stopCounting?.();
    },
    memory: createExposureMemory(),
    memberships: createClientMemberships({ ...options, platform, sync }),
    newId,
    nowMs: platform.nowMs,
    events: options.events,
    usage,
    privateNames,
    hooks: options.hooks,
    openTelemetry: options.openTelemetry,
    hmacSha256: platform.hmacSha256,
    overrides: parts.overrides ?? createLocalOverrides(nothingOverridden, undefined),
    logger: options.logger,
  });
}

interface CountingParts extends Pick<UsageParts, 'privateNames' | 'newId' | 'nowMs'> {
  readonly sync: DefinitionsSync;
  readonly queue: EventQueue;
}

function countUsage({ sync, queue, ...parts }: CountingParts): UsageRecorder {
  return createUsageRecorder({
    ...parts,
    send: (item) => queue.add(item),
    isFailing: () => queue.isFailing(),
    observesValues: () => sync.compiled()?.eventSettings.observeValues === true,
    intervalMs: sdkLimits.usageIntervalMs,
  });
}

/** Definitions that may be old are reason to wait less, not to answer from them before the server had its chance. */
async function waitForDefinitions(sync: DefinitionsSync, { waitUntilReadyMs, logger }: ResolvedOptions): Promise<void> {
  if (sync.status().ready) return sync.waitUntilFresh(Math.min(waitUntilReadyMs, sdkLimits.waitForFreshMs));
  if (waitUntilReadyMs === 0 || (await sync.waitUntilReady(waitUntilReadyMs))) return undefined;
  const { connection, lastError } = sync.status();
  const why = lastError ?? (connection === 'offline' ? 'offline, without a bootstrap' : 'no answer yet');
  return logger.warn(`no definitions to start with (${why}); answering fallbacks until they come`);
}
