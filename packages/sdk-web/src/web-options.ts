import type { ContextValues, EvaluationContext } from '@stitchd/core';
import { readValues } from './values/held-values.ts';
import { webLimits } from './web-limits.ts';
import { consoleLogger, guardLogger, type WebLogger } from './web-logger.ts';

/** What a server rendered with: `await client.bootstrap(context)` of `@stitchd/sdk`, passed on as JSON. */
export interface WebBootstrap extends ContextValues {
  /** Proves the context to the gateway, where the server signed it. */
  readonly contextToken?: string;
}

/** How a client is made; only `url` and `clientKey` are needed. */
export interface StitchdWebOptions {
  /** Where the gateway answers, such as `https://flags.example.org`. */
  readonly url: string;
  /** A client key, `stck_…`. It is public: pages carry it. */
  readonly clientKey: string;
  /** Who sees the page; nobody in particular where left out. */
  readonly context?: EvaluationContext;
  /** Values that a server has evaluated for this context: they are there at once. */
  readonly bootstrap?: WebBootstrap;
  /** Proves the context to the gateway; the one of `bootstrap` where left out. */
  readonly contextToken?: string;
  /** `false`: nothing is kept in the browser and no event is sent, until `setConsent(true)`. */
  readonly consent?: boolean;
  /** `false`: evaluations expose nothing and `track` does nothing. */
  readonly events?: boolean;
  /** `false`: reads are not counted. */
  readonly usage?: boolean;
  /** `false`: values are asked for every `pollIntervalMs` instead of being pushed. */
  readonly streaming?: boolean;
  /** How often values are asked for where they are not pushed, in milliseconds, at least 1,000; 60,000 where left out. */
  readonly pollIntervalMs?: number;
  /** How soon queued events are sent, in milliseconds, at least 10; 2,000 where left out. */
  readonly flushIntervalMs?: number;
  /** Warnings and errors go to the console where left out. */
  readonly logger?: WebLogger;
}

export interface ResolvedWebOptions {
  readonly url: string;
  readonly clientKey: string;
  readonly context: EvaluationContext;
  readonly bootstrap: ContextValues | undefined;
  readonly contextToken: string | undefined;
  readonly consent: boolean;
  readonly events: boolean;
  readonly usage: boolean;
  readonly streaming: boolean;
  readonly pollIntervalMs: number;
  readonly flushIntervalMs: number;
  readonly logger: WebLogger;
}

/**
 * Fills in the defaults.
 * @throws TypeError for options that can't work: a programmer's mistake, found when the page is first opened
 */
export function resolveWebOptions(options: StitchdWebOptions): ResolvedWebOptions {
  const { clientKey, bootstrap } = options;
  if (typeof clientKey !== 'string' || clientKey === '') throw new TypeError('clientKey is missing: it is a client key, stck_…');
  // A server key in a page gives every rule away.
  if (clientKey.startsWith('stsk_')) throw new TypeError('clientKey is a server key; a page needs a client key, stck_…');
  const logger = guardLogger(options.logger ?? consoleLogger);
  const values = readValues(bootstrap);
  if (bootstrap !== undefined && values === undefined) logger.warn('the bootstrap holds no values; it is passed over');
  return {
    url: addressOf(options.url),
    clientKey,
    context: options.context ?? {},
    bootstrap: values,
    contextToken: options.contextToken ?? bootstrap?.contextToken,
    consent: options.consent ?? true,
    events: options.events ?? true,
    usage: options.usage ?? true,
    streaming: options.streaming ?? true,
    pollIntervalMs: within(1_000, options.pollIntervalMs ?? webLimits.pollIntervalMs, 'pollIntervalMs'),
    flushIntervalMs: within(10, options.flushIntervalMs ?? webLimits.flushIntervalMs, 'flushIntervalMs'),
    logger,
  };
}

function addressOf(text: string): string {
  try {
    const { protocol, origin, pathname } = new URL(text);
    if (protocol === 'http:' || protocol === 'https:') return `${origin}${pathname.replace(/\/+$/, '')}`;
  } catch {
    // Told below, like any other scheme.
  }
  throw new TypeError('url must be an http or https address, such as https://flags.example.org');
}

function within(least: number, value: number, name: string): number {
  // A timer that is longer than the longest would fire at once.
  if (!Number.isFinite(value) || value < least || value > webLimits.maxTimerMs)
    throw new TypeError(`${name} must be a number from ${least} to ${webLimits.maxTimerMs}`);
  return value;
}
