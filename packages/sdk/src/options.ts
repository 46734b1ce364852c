import type { Hook } from './hooks/hook.ts';
import { sdkLimits } from './sdk-limits.ts';
import { consoleLogger, guardLogger, type SdkLogger } from './sdk-logger.ts';

/** How a client is made; only `url` and `sdkKey` are needed. */
export interface StitchdOptions {
  /** Where the gateway answers, such as `https://flags.example.org`. */
  readonly url: string;
  /** A server key, `stsk_…`. */
  readonly sdkKey: string;
  /** Where FlagSync answers; the host of `url` with port 50050 where it is left out. */
  readonly syncUrl?: string;
  /** How long `init` waits for the first definitions, in milliseconds; 5,000 where left out, 0 does not wait. */
  readonly waitUntilReadyMs?: number;
  /** `false`: evaluations expose nothing and `track` does nothing. */
  readonly events?: boolean;
  /** Most events and exposures in memory; 10,000 where left out. */
  readonly maxQueuedItems?: number;
  /** How often queued items are sent, in milliseconds; 2,000 where left out. */
  readonly flushIntervalMs?: number;
  /** Names of attributes that are never sent, besides those that a context names itself: `email`, or a path such as `/address/street`. */
  readonly privateAttributes?: readonly string[];
  /** Watch every single evaluation; those of a call come after them. */
  readonly hooks?: readonly Hook[];
  /** Warnings and errors go to the console where left out. */
  readonly logger?: SdkLogger;
}

export type ResolvedOptions = Required<StitchdOptions>;

/**
 * Fills in the defaults.
 * @throws TypeError for options that can't work: a programmer's mistake, found at the first start
 */
export function resolveOptions(options: StitchdOptions): ResolvedOptions {
  if (typeof options.sdkKey !== 'string' || options.sdkKey === '')
    throw new TypeError('sdkKey is missing: it is a server key, stsk_…');
  if (options.sdkKey.startsWith('stck_')) throw new TypeError('sdkKey is a client key; a server needs a server key, stsk_…');
  const url = parseUrl('url', options.url);
  const syncUrl =
    options.syncUrl === undefined
      ? `${url.protocol}//${url.hostname}:${sdkLimits.syncPort}`
      : parseUrl('syncUrl', options.syncUrl).origin;
  return {
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    sdkKey: options.sdkKey,
    syncUrl,
    waitUntilReadyMs: atLeast(0, options.waitUntilReadyMs ?? sdkLimits.waitUntilReadyMs, 'waitUntilReadyMs'),
    events: options.events ?? true,
    maxQueuedItems: atLeast(1, options.maxQueuedItems ?? sdkLimits.maxQueuedItems, 'maxQueuedItems'),
    flushIntervalMs: atLeast(10, options.flushIntervalMs ?? sdkLimits.flushIntervalMs, 'flushIntervalMs'),
    privateAttributes: listOf('privateAttributes', options.privateAttributes, (name) => typeof name === 'string'),
    hooks: listOf('hooks', options.hooks, (hook) => typeof hook === 'object' && hook !== null),
    logger: guardLogger(options.logger ?? consoleLogger),
  };
}

function parseUrl(name: string, text: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'http:' || url.protocol === 'https:') return url;
  } catch {
    // Told below, like any other scheme.
  }
  throw new TypeError(`${name} must be an http or https address, such as http://localhost:8080`);
}

function listOf<Item>(name: string, list: readonly Item[] = [], fits: (item: Item) => boolean): readonly Item[] {
  if (!Array.isArray(list) || !list.every(fits)) throw new TypeError(`${name} must be a list of what it says`);
  return [...list];
}

function atLeast(least: number, value: number, name: string): number {
  if (!Number.isFinite(value) || value < least) throw new TypeError(`${name} must be a number of at least ${least}`);
  return value;
}
