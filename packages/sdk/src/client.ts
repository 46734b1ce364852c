import {
  createContextHandle,
  evaluate,
  type CompiledDefinitions,
  type ContextHandle,
  type EvaluationContext,
  type EvaluationDetails,
  type ExposureSource,
  type FlagType,
  type JsonValue,
} from '@stitchd/core';
import type { EventCounts, EventQueue } from './events/event-queue.ts';
import { recordExposure, unitsOf } from './events/exposures.ts';
import type { ExposureMemory } from './events/exposure-memory.ts';
import type { ConnectionState, DefinitionsSync } from './sync/definitions-sync.ts';
import { sdkLimits } from './sdk-limits.ts';
import type { SdkLogger } from './sdk-logger.ts';

/** A context as an object, read anew at each call, or as a handle from `client.context`, which keeps its hashes. */
export type ContextInput = EvaluationContext | ContextHandle;

export interface ReadOptions {
  /** `false`: looking is not exposing, for instance in an admin page. */
  readonly exposure?: boolean;
  /** When the application read it, in epoch milliseconds, for exposures that are sent later; now where left out. */
  readonly at?: number;
}

export interface TrackOptions {
  /** The event's number, for events that are defined with one. */
  readonly value?: number;
  /** Small facts that are kept with the event. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** When it happened, in epoch milliseconds; now where left out. */
  readonly at?: number;
}

/** How the client is doing; all of it is in memory. */
export interface ClientStatus {
  /** Whether there are definitions to evaluate with. */
  readonly ready: boolean;
  readonly connection: ConnectionState;
  /** The environment's revision; 0 before the first definitions. */
  readonly revision: number;
  /** Why the connection was lost last. */
  readonly lastError: string | undefined;
  readonly events: EventCounts;
}

/**
 * Evaluates flags in this process. No evaluation throws, waits or does I/O; each answers from the definitions that the
 * client keeps up to date in the background, and goes on doing so when every server is down.
 */
export interface StitchdClient {
  boolean(flagKey: string, context: ContextInput, fallback: boolean, options?: ReadOptions): boolean;
  string<T extends string = string>(flagKey: string, context: ContextInput, fallback: T, options?: ReadOptions): T;
  number(flagKey: string, context: ContextInput, fallback: number, options?: ReadOptions): number;
  json<T extends JsonValue = JsonValue>(flagKey: string, context: ContextInput, fallback: T, options?: ReadOptions): T;
  booleanDetails(flagKey: string, context: ContextInput, fallback: boolean, options?: ReadOptions): EvaluationDetails<boolean>;
  stringDetails(flagKey: string, context: ContextInput, fallback: string, options?: ReadOptions): EvaluationDetails<string>;
  numberDetails(flagKey: string, context: ContextInput, fallback: number, options?: ReadOptions): EvaluationDetails<number>;
  jsonDetails(flagKey: string, context: ContextInput, fallback: JsonValue, options?: ReadOptions): EvaluationDetails<JsonValue>;
  /** A frozen context that keeps its hashes: a second flag for it costs a few integer operations. */
  context(context: EvaluationContext): ContextHandle;
  /** Records that something happened to a subject. Answers false where it was dropped. */
  track(eventKey: string, context: ContextInput, options?: TrackOptions): boolean;
  /** Resolves when everything queued so far is sent, or after `timeoutMs`; answers whether all of it was. */
  flush(timeoutMs?: number): Promise<boolean>;
  /** Calls back after each change of definitions with the keys of the flags that may answer differently. */
  onChange(listener: (changedFlags: readonly string[]) => void): () => void;
  /** Resolves with true when there are definitions, with false after `timeoutMs` or when the server refuses the key. */
  waitUntilReady(timeoutMs: number): Promise<boolean>;
  status(): ClientStatus;
  /** Sends what is queued, then ends all background work. Evaluations go on answering from memory. */
  close(): Promise<void>;
}

export interface ClientParts {
  readonly sync: DefinitionsSync;
  readonly queue: EventQueue;
  readonly memory: ExposureMemory;
  readonly newId: (atMs: number) => string;
  readonly nowMs: () => number;
  readonly events: boolean;
  readonly logger: SdkLogger;
}

export function createClient(parts: ClientParts): StitchdClient {
  const read = createReader(parts);
  return {
    boolean: (flagKey, context, fallback, options) => read(flagKey, context, 'boolean', fallback, options).value,
    string: (flagKey, context, fallback, options) => read(flagKey, context, 'string', fallback, options).value,
    number: (flagKey, context, fallback, options) => read(flagKey, context, 'double', fallback, options).value,
    json: (flagKey, context, fallback, options) => read(flagKey, context, 'json', fallback, options).value,
    booleanDetails: (flagKey, context, fallback, options) => read(flagKey, context, 'boolean', fallback, options),
    stringDetails: (flagKey, context, fallback, options) => read(flagKey, context, 'string', fallback, options),
    numberDetails: (flagKey, context, fallback, options) => read(flagKey, context, 'double', fallback, options),
    jsonDetails: (flagKey, context, fallback, options) => read(flagKey, context, 'json', fallback, options),
    context: (context) => createContextHandle(context),
    track: (eventKey, context, options) => parts.events && track(parts, eventKey, context, options),
    flush: (timeoutMs) => parts.queue.flush(timeoutMs),
    onChange: (listener) => parts.sync.onChange(listener),
    waitUntilReady: (timeoutMs) => parts.sync.waitUntilReady(timeoutMs),
    status: () => statusOf(parts),
    async close() {
      await parts.queue.flush(sdkLimits.closeTimeoutMs);
      parts.queue.close();
      parts.sync.close();
    },
  };
}

type Read = <T>(
  flagKey: string,
  context: ContextInput,
  type: FlagType,
  fallback: T,
  options?: ReadOptions,
) => EvaluationDetails<T>;

function createReader(parts: ClientParts): Read {
  const nestedExposures: ExposureSource[] = [];
  const evaluateOptions = { nowMs: 0, nestedExposures };
  return <T>(flagKey: string, context: ContextInput, type: FlagType, fallback: T, options?: ReadOptions) => {
    const nowMs = parts.nowMs();
    evaluateOptions.nowMs = nowMs;
    nestedExposures.length = 0;
    const compiled: CompiledDefinitions | undefined = parts.sync.compiled();
    const details = evaluate(compiled, flagKey, context, type, fallback, evaluateOptions);
    const exposes = details.exposure !== undefined || nestedExposures.length > 0;
    if (exposes && parts.events && options?.exposure !== false)
      expose(parts, details.exposure, nestedExposures, context, options?.at ?? nowMs);
    // The type asked for was checked against the flag's, and variants against the flag's type when they were written.
    return details as EvaluationDetails<T>;
  };
}

function expose(
  parts: ClientParts,
  exposure: ExposureSource | undefined,
  nested: readonly ExposureSource[],
  context: ContextInput,
  atMs: number,
): void {
  try {
    for (const each of nested) recordExposure(each, context, atMs, parts);
    if (exposure) recordExposure(exposure, context, atMs, parts);
  } catch (error) {
    // A hostile context or a time that is no time must not reach the application.
    parts.logger.error(`an exposure could not be recorded: ${String(error)}`);
  }
}

function track(parts: ClientParts, eventKey: string, context: ContextInput, options: TrackOptions = {}): boolean {
  try {
    const at = options.at ?? parts.nowMs();
    return parts.queue.add({
      type: 'event',
      id: parts.newId(at),
      at,
      key: eventKey,
      context: unitsOf(context),
      ...(options.value !== undefined && { value: options.value }),
      ...(options.properties !== undefined && { properties: options.properties }),
    });
  } catch (error) {
    parts.logger.error(`the event ${eventKey} could not be recorded: ${String(error)}`);
    return false;
  }
}

function statusOf(parts: ClientParts): ClientStatus {
  const compiled = parts.sync.compiled();
  return {
    ready: compiled !== undefined,
    connection: parts.sync.connection(),
    revision: compiled?.revision ?? 0,
    lastError: parts.sync.lastError(),
    events: parts.queue.counts(),
  };
}
