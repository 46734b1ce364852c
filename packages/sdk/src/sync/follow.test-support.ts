import { nodePlatform } from '../node/node-platform.ts';
import type { Platform } from '../platform.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import { createDefinitionsStore, type DefinitionsStore } from './definitions-store.ts';
import { type DefinitionsSync, startDefinitionsSync } from './definitions-sync.ts';
import { pollTransport } from './poll-transport.ts';
import { sseTransport } from './sse-transport.ts';
import { streamTransport } from '../node/stream-transport.ts';
import type { SyncLimits } from './sync-limits.ts';
import type { TransportKind } from './transport.ts';

/** Definitions that are followed for a test, with what was logged. */
export interface Following extends DefinitionsSync {
  readonly store: DefinitionsStore;
  readonly lines: readonly string[];
}

export interface FollowChoices {
  readonly kinds: readonly TransportKind[];
  readonly url?: string;
  readonly syncUrl?: string;
  readonly limits?: Partial<SyncLimits>;
  readonly pollIntervalMs?: number;
  readonly platform?: Partial<Platform>;
  readonly store?: DefinitionsStore;
}

const nowhere = 'http://127.0.0.1:9';

export function follow(choices: FollowChoices): Following {
  const { kinds, url = nowhere, syncUrl = nowhere, pollIntervalMs = 10 } = choices;
  const lines: string[] = [];
  const note = (message: string): void => void lines.push(message);
  const logger: SdkLogger = { debug: note, info: note, warn: note, error: note };
  // Pauses that are short, and not nothing.
  const platform: Platform = { ...nodePlatform, random: () => 0.02, ...choices.platform };
  const limits: SyncLimits = { ...sdkLimits, ...choices.limits };
  const shared = { url, sdkKey: 'stsk_x', platform, limits };
  const transports = {
    stream: streamTransport({ ...shared, syncUrl }),
    sse: sseTransport(shared),
    poll: pollTransport({ ...shared, pollIntervalMs }),
  };
  const store = choices.store ?? createDefinitionsStore({ logger, nowMs: Date.now });
  const sync = startDefinitionsSync({
    store,
    transports: kinds.map((kind) => transports[kind]),
    logger,
    platform,
    limits,
  });
  return { ...sync, store, lines };
}
