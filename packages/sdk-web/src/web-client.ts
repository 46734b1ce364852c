import type { EvaluationContext, FlagValue, JsonValue } from '@stitchd/core';
import type { EventCounts } from './events/event-queue.ts';
import type { TrackOptions } from './events/recorder.ts';
import type { ValuesSource } from './values/held-values.ts';
import type { FlagDetails } from './values/read-value.ts';
import type { ConnectionState } from './values/values-sync.ts';

/** How a value is read. */
export interface ReadOptions {
  /** `false`: looking is not exposing, for instance in a preview. */
  readonly exposure?: boolean;
}

/** How the client is doing; all of it is in memory. */
export interface WebStatus {
  /** Whether there are values to read. */
  readonly ready: boolean;
  /** Where they are from; undefined before the first. */
  readonly source: ValuesSource | undefined;
  readonly connection: ConnectionState;
  /** The environment's revision under which they were evaluated; 0 before the first. */
  readonly revision: number;
  /** A problem code, or what the browser said, of what failed last; undefined once it works again. */
  readonly lastError: string | undefined;
  readonly consent: boolean;
  readonly events: EventCounts;
}

/** How a wait is limited. */
export interface WaitOptions {
  /** In milliseconds; 5,000 where left out. */
  readonly timeoutMs?: number;
}

/**
 * Answers flags in a page, for one context at a time. Each read is answered at once from the values at hand; no read throws,
 * waits or asks the server. Values are kept up to date in the background.
 */
export interface StitchdWebClient {
  boolean(flagKey: string, fallback: boolean, options?: ReadOptions): boolean;
  string<T extends string = string>(flagKey: string, fallback: T, options?: ReadOptions): T;
  number(flagKey: string, fallback: number, options?: ReadOptions): number;
  json<T extends JsonValue = JsonValue>(flagKey: string, fallback: T, options?: ReadOptions): T;
  booleanDetails(flagKey: string, fallback: boolean, options?: ReadOptions): FlagDetails<boolean>;
  stringDetails<T extends string = string>(flagKey: string, fallback: T, options?: ReadOptions): FlagDetails<T>;
  numberDetails(flagKey: string, fallback: number, options?: ReadOptions): FlagDetails<number>;
  jsonDetails<T extends JsonValue = JsonValue>(flagKey: string, fallback: T, options?: ReadOptions): FlagDetails<T>;
  /** The values at hand, by flag key. Exposes nobody. */
  all(): Readonly<Record<string, FlagValue>>;
  /** Who the page is for: what was set last, with the device. */
  context(): EvaluationContext;
  /**
   * Changes who the page is for, as at sign-in. The last values stay until the new ones are there, so that nothing flickers.
   *
   * @param options.contextToken - proves the context to the gateway
   * @returns true once values for it are there; false where the server refuses, could not be reached within 5 s, or another context was set
   */
  setContext(context: EvaluationContext, options?: { readonly contextToken?: string } & WaitOptions): Promise<boolean>;
  /** Records that something happened. Answers false where it was dropped. */
  track(eventKey: string, options?: TrackOptions): boolean;
  /** Calls back after each change with the keys of the flags that answer differently. @returns what ends it */
  onChange(listener: (changedFlags: readonly string[]) => void): () => void;
  /** Calls back when the connection or the readiness changed. @returns what ends it */
  onStatus(listener: (status: WebStatus) => void): () => void;
  /** Resolves with true when there are values to read, with false after `timeoutMs` or when the server refuses. Never rejects. */
  waitUntilReady(options?: WaitOptions): Promise<boolean>;
  /**
   * Says whether something may be kept in this browser and sent as events. What was read before consent is exposed when it is
   * given; taking it back forgets everything that was kept.
   */
  setConsent(granted: boolean): void;
  /** Resolves when the events so far are sent, or after `timeoutMs`; answers whether they were. Never rejects. */
  flush(options?: WaitOptions): Promise<boolean>;
  status(): WebStatus;
  /** The values that a server rendered with, by flag key, whatever came since; undefined without a bootstrap. For hydration. */
  bootstrapped(): Readonly<Record<string, FlagValue>> | undefined;
  /** Ends all background work; what is queued is kept for the next visit. Reads go on answering. */
  close(): void;
}
