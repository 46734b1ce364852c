import { createContextHandle, type PrivateNames, type UsageRecorder } from '@stitchd/core';
import { createWebRendering, type WebRendering } from './bootstrap-for-web/web-rendering.ts';
import type { EventCounts, EventQueue } from './events/event-queue.ts';
import { createEventChecks, type EventChecks, type EventMisfit } from './events/event-checks.ts';
import type { ExposureMemory } from './events/exposure-memory.ts';
import { identify } from './events/identify.ts';
import { track, type TrackOptions } from './events/track.ts';
import { BoundContext } from './evaluation/bound-context.ts';
import { createChangeListeners, type AnswerListener, type ChangeListener } from './evaluation/change-listeners.ts';
import { contextOf, createFlagReads, linkOf, type ClientReads } from './evaluation/client-reads.ts';
import { createReader, type Reader } from './evaluation/create-reader.ts';
import type { EvaluationCounts, FailingPart } from './evaluation/evaluation-notes.ts';
import type { ContextInput, ContextOptions } from './evaluation/read-options.ts';
import type { FlagTrace } from './evaluation/trace-flag.ts';
import type { FlagReads } from './flags/flag-reads.ts';
import type { AnyFlags, FlagKey, KnownFlags } from './flags/flag-table.ts';
import type { Hook } from './hooks/hook.ts';
import { createLinkOverrides, type LinkParts } from './overrides/link-overrides.ts';
import type { ClientMemberships, MembershipCounts } from './memberships/client-memberships.ts';
import type { LocalOverrides } from './overrides/local-overrides.ts';
import type { OverrideLookup } from './overrides/override.ts';
import { sdkLimits } from './sdk-limits.ts';
import type { SdkLogger } from './sdk-logger.ts';
import type { SnapshotKeeper } from './storage/keep-snapshots.ts';
import type { DefinitionsSync, SyncStatus } from './sync/definitions-sync.ts';
import { telemetryHook, type TelemetryOptions } from './telemetry/open-telemetry.ts';
import { waitingTime } from './waiting-time.ts';

/** How the client is doing; all of it is in memory. */
export interface ClientStatus extends SyncStatus {
  /** Why definitions could not be kept on disk last. */
  readonly diskError: string | undefined;
  readonly events: EventCounts & {
    /** Events that `track` was called with and that do not fit their definitions, by how. */
    readonly misfits: Readonly<Record<EventMisfit, number>>;
  };
  /** Answers about list segments that are too large to be held here. */
  readonly memberships: MembershipCounts;
  readonly evaluations: EvaluationCounts;
  /** How often something of the application's failed inside a call of the SDK, which went on without it. */
  readonly failures: Readonly<Record<FailingPart, number>>;
  /** How many flags are overridden in this process, by where that was said. */
  readonly overrides: { readonly environment: number; readonly file: number };
}

export interface PrepareOptions {
  /** How long to wait, in milliseconds; 3,000 where left out. */
  readonly timeoutMs?: number;
}

/**
 * Evaluates flags in this process. No evaluation throws, waits or does I/O; each answers from the definitions that the
 * client keeps up to date in the background, and goes on doing so when every server is down.
 */
export interface StitchdClient<Flags = KnownFlags> extends FlagReads<Flags>, WebRendering {
  /**
   * A frozen context with these methods bound to it, which keeps its hashes: a second flag for it costs a few integer
   * operations. Never throws, whatever it is given.
   */
  context(context: ContextInput, options?: ContextOptions): BoundContext<Flags>;
  /**
   * Finds out which list segments that are not held here have this context, so that the first evaluation for it knows. Waits
   * for the first definitions too. Never rejects, whatever it is given.
   * @param flagKeys - the flags that are to be evaluated; all where left out
   * @returns a context as `context` gives; what could not be found out in time is in its `unresolved`
   */
  prepare(
    context: ContextInput,
    flagKeys?: FlagKey<Flags> | readonly FlagKey<Flags>[],
    options?: PrepareOptions,
  ): Promise<BoundContext<Flags>>;
  /**
   * How a flag comes to its answer for a context: every condition with the value it saw, buckets, prerequisites. For looking
   * into one answer, not for each request. Nobody is exposed, no hook runs, values of private attributes are left out, and an
   * overridden flag has no steps. Never throws.
   */
  trace(flagKey: FlagKey<Flags>, context: ContextInput): FlagTrace;
  /** The same client for code that does not know the flags, such as a page that lists them all, or an OpenFeature provider. */
  untyped(): StitchdClient<AnyFlags>;
  /** Records that something happened to a subject. Answers false where it was dropped. */
  track(eventKey: string, context: ContextInput, options?: TrackOptions): boolean;
  /**
   * Says that the keys of two contexts belong to one another, such as a device to the user who has just signed in: experiments
   * then count what either does for the unit that was exposed. A context that holds both keys says so by itself. Answers false
   * where it was dropped.
   */
  identify(from: ContextInput, to: ContextInput): boolean;
  /** Resolves when everything queued so far is sent, or after `timeoutMs`; answers whether all of it was. */
  flush(timeoutMs?: number): Promise<boolean>;
  /** Calls back after each change of definitions or overrides with the keys of the flags that may answer differently. */
  onChange(listener: ChangeListener): () => void;
  /**
   * Calls back with one flag's answer for one context whenever it is another one than before. A target that expires changes
   * an answer without a change of definitions: it is noticed at the next one.
   */
  onChange(flagKey: FlagKey<Flags>, context: ContextInput, listener: AnswerListener): () => void;
  /** Calls back whenever the connection, the source of the definitions or the readiness changes. */
  onStatus(listener: (status: SyncStatus) => void): () => void;
  /**
   * Resolves with true as soon as there are definitions, with false after `timeoutMs` (5,000 where left out), and when none
   * can come: the key is refused, or the client offline or closed.
   */
  waitUntilReady(options?: { readonly timeoutMs?: number }): Promise<boolean>;
  status(): ClientStatus;
  /**
   * Sends what is queued, writes down what is not on disk yet, and ends all background work. Evaluations go on answering from
   * memory. Closing again changes nothing.
   */
  close(): Promise<void>;
}

export interface ClientParts {
  readonly sync: DefinitionsSync;
  readonly keeper: SnapshotKeeper | undefined;
  readonly queue: EventQueue;
  /** Sends and writes down what is left. Never rejects, and ends in time. */
  readonly finish: () => Promise<unknown>;
  readonly onClose: () => void;
  readonly memory: ExposureMemory;
  readonly memberships: ClientMemberships;
  readonly newId: (atMs: number) => string;
  readonly nowMs: () => number;
  readonly events: boolean;
  readonly usage: UsageRecorder | undefined;
  readonly privateNames: PrivateNames;
  readonly hooks: readonly Hook[];
  readonly openTelemetry: TelemetryOptions;
  readonly hmacSha256: LinkParts['hmacSha256'];
  readonly overrides: LocalOverrides;
  readonly logger: SdkLogger;
}

/** Puts a client together. What it knows of flags is the application's word: nothing of it exists at run time. */
export function createClient<Flags = AnyFlags>(parts: ClientParts): StitchdClient<Flags>;
export function createClient(parts: ClientParts): StitchdClient<AnyFlags> {
  const { sync, queue, memberships, overrides, logger } = parts;
  const checks = createEventChecks({ compiled: () => sync.compiled(), logger });
  const reader = createReader({
    ...parts,
    hooks: hooksOf(parts),
    compiled: () => sync.compiled(),
    exposureAttributes: () => sync.compiled()?.eventSettings.exposureAttributes ?? [],
  });
  const reads = createFlagReads(reader);
  const listeners = createChangeListeners(logger, (message) => reader.notes.failure('listener', message));
  const stopListening = [sync.onChange(listeners.changed), overrides.onChange(listeners.changed)];
  const forContexts: ClientReads = { read: reader.read, allFlags: (context, options) => reads.allFlags(context, options) };
  const client: StitchdClient<AnyFlags> = {
    ...reads,
    ...createWebRendering({
      ...parts,
      compiled: () => sync.compiled(),
      prepare: (context) => memberships.prepare(context, undefined, undefined),
      onDelivered: parts.events ? reader.deliver : undefined,
      onTrouble: (message) => logger.warn(message),
    }),
    trace: (flagKey, context) => reader.trace(flagKey, contextOf(context), linkOf(context)),
    untyped: () => client,
    context: (context, options) =>
      new BoundContext(forContexts, createContextHandle(contextOf(context)), linkIn(options, parts, reader) ?? linkOf(context)),
    async prepare(context, flagKeys, options) {
      const handle = await memberships.prepare(contextOf(context), flagKeys, options);
      return new BoundContext(forContexts, handle, linkOf(context));
    },
    track: (eventKey, context, options) => parts.events && track(eventKey, contextOf(context), options, { ...parts, checks }),
    identify: (from, to) => parts.events && identify(contextOf(from), contextOf(to), { ...parts, checks }),
    flush(timeoutMs) {
      parts.usage?.reportIfDue();
      return queue.flush(waitingTime({ timeoutMs }, undefined));
    },
    onChange(listenerOrKey: ChangeListener | string, context?: ContextInput, listener?: AnswerListener) {
      if (typeof listenerOrKey === 'function') return listeners.onChange(listenerOrKey);
      if (typeof listener === 'function')
        return listeners.onAnswer(listenerOrKey, asking(reader, listenerOrKey, context), listener);
      logger.error('onChange was called without a function; nobody is told of changes');
      return () => undefined;
    },
    onStatus: (listener) => sync.onStatus(listener),
    waitUntilReady: (options) => sync.waitUntilReady(waitingTime(options, sdkLimits.waitUntilReadyMs)),
    status: () => statusOf(parts, reader, checks),
    close: once(async () => {
      await parts.finish();
      parts.onClose();
      queue.close();
      memberships.close();
      sync.close();
      parts.keeper?.close();
      overrides.close();
      for (const stop of stopListening) stop();
    }),
  };
  return client;
}

/** Telemetry runs outermost, as what comes last sees all of it. */
function hooksOf({ openTelemetry, hooks, sync }: ClientParts): readonly Hook[] {
  if (openTelemetry.logger === undefined && openTelemetry.activeSpan === undefined) return hooks;
  return [telemetryHook(openTelemetry, () => sync.status().environmentId), ...hooks];
}

function linkIn(options: ContextOptions | undefined, parts: ClientParts, { notes }: Reader): OverrideLookup | undefined {
  try {
    const token = options?.overrides;
    if (typeof token !== 'string' || token === '') return undefined;
    return createLinkOverrides(token, {
      compiled: () => parts.sync.compiled(),
      nowMs: parts.nowMs,
      hmacSha256: parts.hmacSha256,
      onUseless: (message) => notes.failure('override', message),
    });
  } catch {
    // Options that can't be read ask for nothing.
    return undefined;
  }
}

/** Asks for one flag and one context, as both are now: an object that changes later must not change what is compared. */
function asking(reader: Reader, flagKey: string, context: unknown): () => ReturnType<Reader['peek']> {
  const handle = createContextHandle(contextOf(context));
  const link = linkOf(context);
  return () => reader.peek(flagKey, handle, link);
}

function statusOf(
  { sync, keeper, queue, memberships, overrides }: ClientParts,
  { notes }: Reader,
  checks: EventChecks,
): ClientStatus {
  return {
    ...sync.status(),
    diskError: keeper?.lastError(),
    events: { ...queue.counts(), misfits: checks.counts() },
    memberships: memberships.counts(),
    evaluations: notes.counts(),
    failures: { ...notes.failures },
    overrides: overrides.counts(),
  };
}

/** Does something at the first call; later ones get the same answer. */
function once<T>(work: () => T): () => T {
  let result: { readonly value: T } | undefined;
  return () => (result ??= { value: work() }).value;
}
