import type { DefinitionsDocument } from '@stitchd/core';
import type { Hook } from './hooks/hook.ts';
import { sdkLimits } from './sdk-limits.ts';
import { consoleLogger, guardLogger, type SdkLogger } from './sdk-logger.ts';
import type { TelemetryOptions } from './telemetry/open-telemetry.ts';
import type { TransportKind } from './sync/transport.ts';

/** Where the servers are. */
export interface ServerOptions {
  /** Where the gateway answers, such as `https://flags.example.org`. */
  readonly url: string;
  /** A server key, `stsk_…`. */
  readonly sdkKey: string;
  readonly offline?: false;
}

/** Without any server, and without a single question to one: from a bootstrap, or from what is kept on disk. */
export interface OfflineOptions {
  readonly offline: true;
  readonly url?: string;
  /** Needed for what is kept on disk, which only the key that wrote it can read. */
  readonly sdkKey?: string;
}

/** What may be chosen in every runtime; all of it has defaults. */
export interface ClientOptions {
  /** How often definitions are asked for where they are polled, in milliseconds, give or take a half; 30,000 where left out. */
  readonly pollIntervalMs?: number;
  /** How long `init` waits for the first definitions, in milliseconds; 5,000 where left out, 0 does not wait. */
  readonly waitUntilReadyMs?: number;
  /** `false`: evaluations expose nothing and `track` does nothing. */
  readonly events?: boolean;
  /** `false`: evaluations are not counted, and nothing is noted of contexts; see the guide on usage. */
  readonly usage?: boolean;
  /** Most events and exposures in memory; 10,000 where left out. */
  readonly maxQueuedItems?: number;
  /** How often queued items are sent, in milliseconds; 2,000 where left out. */
  readonly flushIntervalMs?: number;
  /** Names of attributes that are never sent, besides those that a context names itself: `email`, or a path such as `/address/street`. */
  readonly privateAttributes?: readonly string[];
  /** Watch every single evaluation; those of a call come after them. */
  readonly hooks?: readonly Hook[];
  /** Tells evaluations to OpenTelemetry as `feature_flag.evaluation` events; not told where left out. */
  readonly openTelemetry?: TelemetryOptions;
  /** Warnings and errors go to the console where left out. */
  readonly logger?: SdkLogger;
}

/** What may be chosen in Node.js beside. */
export interface NodeOptions {
  /**
   * The best way by which definitions come: `stream` where left out. Where it gets no answer the next one is used: `stream`
   * (gRPC), `sse` (server-sent events), `poll`.
   */
  readonly mode?: TransportKind;
  /** Where FlagSync answers; the host of `url` with port 50050 where it is left out. */
  readonly syncUrl?: string;
  /** A folder in which the last good definitions are kept, for a start without any server. Nothing is kept where left out. */
  readonly storageDirectory?: string;
  /** Definitions to begin with, as `GET /v1/sdk/definitions` answers them: the document, or the file that holds it. */
  readonly bootstrap?: DefinitionsDocument | { readonly file: string };
  /**
   * A JSON file of overrides for development, such as `{ "new-checkout": true, "colour": "red" }`; it is read again when it
   * changes. The variable `STITCHD_OVERRIDES` with such text goes before it.
   */
  readonly overridesFile?: string;
}

/** How a client is made in Node.js; only `url` and `sdkKey` are needed. */
export type StitchdOptions = (ServerOptions | OfflineOptions) & ClientOptions & NodeOptions;

export interface ResolvedOptions extends Required<ClientOptions> {
  readonly offline: boolean;
  /** Without a slash at its end; empty where there is none, offline. */
  readonly url: string;
  readonly sdkKey: string;
}

/**
 * Fills in the defaults.
 * @throws TypeError for options that can't work: a programmer's mistake, found at the first start
 */
export function resolveOptions(options: (ServerOptions | OfflineOptions) & ClientOptions): ResolvedOptions {
  const offline = options.offline ?? false;
  return {
    offline,
    ...(offline ? { url: '', sdkKey: options.sdkKey ?? '' } : serverOf(options)),
    pollIntervalMs: within(sdkLimits.minPollIntervalMs, options.pollIntervalMs ?? sdkLimits.pollIntervalMs, 'pollIntervalMs'),
    waitUntilReadyMs: within(0, options.waitUntilReadyMs ?? sdkLimits.waitUntilReadyMs, 'waitUntilReadyMs'),
    // Nothing leaves an offline client, so that nothing is queued either.
    events: !offline && (options.events ?? true),
    usage: !offline && (options.events ?? true) && (options.usage ?? true),
    maxQueuedItems: within(1, options.maxQueuedItems ?? sdkLimits.maxQueuedItems, 'maxQueuedItems'),
    flushIntervalMs: within(10, options.flushIntervalMs ?? sdkLimits.flushIntervalMs, 'flushIntervalMs'),
    privateAttributes: listOf('privateAttributes', options.privateAttributes, (name) => typeof name === 'string'),
    hooks: listOf('hooks', options.hooks, (hook) => typeof hook === 'object' && hook !== null),
    openTelemetry: options.openTelemetry ?? {},
    logger: guardLogger(options.logger ?? consoleLogger),
  };
}

/** @throws TypeError for an address or a key that can't work */
function serverOf({ url, sdkKey }: { readonly url?: string; readonly sdkKey?: string }): Pick<ResolvedOptions, 'url' | 'sdkKey'> {
  if (typeof sdkKey !== 'string' || sdkKey === '') throw new TypeError('sdkKey is missing: it is a server key, stsk_…');
  if (sdkKey.startsWith('stck_')) throw new TypeError('sdkKey is a client key; a server needs a server key, stsk_…');
  // A header can't carry anything else, and would say so much later.
  if (!/^[\x21-\x7e]+$/.test(sdkKey)) throw new TypeError('sdkKey holds characters that no key has');
  const { origin, pathname } = parseUrl('url', url);
  return { url: `${origin}${pathname.replace(/\/+$/, '')}`, sdkKey };
}

/** @throws TypeError for what is no http or https address */
export function parseUrl(name: string, text: string | undefined): URL {
  try {
    const url = new URL(text ?? '');
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

/** @throws TypeError for a number that is out of bounds; the highest is what a timer can wait */
function within(least: number, value: number, name: string): number {
  if (!Number.isFinite(value) || value < least || value > sdkLimits.maxTimerMs)
    throw new TypeError(`${name} must be a number from ${least} to ${sdkLimits.maxTimerMs}`);
  return value;
}
