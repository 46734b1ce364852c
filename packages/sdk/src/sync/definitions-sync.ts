import { createReplica, type CompiledDefinitions } from '@stitchd/core';
import type { SyncMessage } from '@stitchd/proto/sync/v1/sync';
import { sleep } from '../background-timer.ts';
import { backoffMs } from '../backoff.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import { sdkLimits } from '../sdk-limits.ts';
import { runSyncStream, type StreamEnd } from './sync-stream.ts';

export type ConnectionState = 'connecting' | 'connected' | 'reconnecting' | 'refused' | 'closed';

/** Definitions that are kept up to date in the background. */
export interface DefinitionsSync {
  /** Undefined until the first state has arrived. */
  readonly compiled: () => CompiledDefinitions | undefined;
  readonly connection: () => ConnectionState;
  readonly lastError: () => string | undefined;
  readonly onChange: (listener: (changedFlags: readonly string[]) => void) => () => void;
  /** Resolves with true as soon as there are definitions, with false after `timeoutMs` or when the server refuses the key. */
  readonly waitUntilReady: (timeoutMs: number) => Promise<boolean>;
  readonly close: () => void;
}

export interface DefinitionsSyncOptions {
  readonly syncUrl: string;
  readonly sdkKey: string;
  readonly userAgent: string;
  readonly logger: SdkLogger;
  readonly random: () => number;
}

/** Opens a stream, applies what it says, and opens it again whenever it ends, for as long as the client lives. */
export function startDefinitionsSync(options: DefinitionsSyncOptions): DefinitionsSync {
  const replica = createReplica();
  const closing = new AbortController();
  const listeners = new Set<(changedFlags: readonly string[]) => void>();
  let connection: ConnectionState = 'connecting';
  let lastError: string | undefined;
  let wantsSnapshot = false;
  let attempt = 0;

  /** Whoever waits hears whether definitions have come, or that the server refuses the key. */
  const waiting = new Set<(ready: boolean) => void>();
  const onMessage = (message: SyncMessage): boolean => {
    connection = 'connected';
    if (message.entities.length === 0 && message.removed.length === 0 && message.revision === replica.revision) {
      attempt = 0;
      return true;
    }
    const outcome = replica.apply(toReplicaMessage(message));
    if (outcome.kind === 'gap' || outcome.kind === 'checksum-mismatch') {
      options.logger.warn(`definitions do not fit what is here (${outcome.kind}); asking for a snapshot`);
      wantsSnapshot = true;
      return false;
    }
    if (outcome.kind === 'applied') {
      attempt = 0;
      for (const tell of waiting) tell(true);
      notify(listeners, outcome.changedFlags, options.logger);
    }
    return true;
  };
  const loop = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const fromStart = wantsSnapshot;
      wantsSnapshot = false;
      const end = await runSyncStream({
        ...options,
        haveRevision: fromStart ? 0n : replica.revision,
        haveChecksum: fromStart ? 0n : replica.checksum,
        onMessage,
        signal: closing.signal,
      });
      if (end.kind === 'closed') break;
      connection = end.kind === 'refused' ? 'refused' : 'reconnecting';
      reportEnd(
        end,
        { before: lastError, hasDefinitions: replica.compiled !== undefined, syncUrl: options.syncUrl },
        options.logger,
      );
      lastError = end.message;
      if (end.kind === 'refused') for (const tell of waiting) tell(false);
      const pause =
        end.kind === 'refused' ? sdkLimits.refusedRetryMs : backoffMs(attempt++, sdkLimits.reconnectMs, options.random);
      // A delta that did not fit is put right at once; a snapshot that did not is the server's trouble, and asking on would add to it.
      if (!wantsSnapshot || fromStart) await sleep(pause, closing.signal);
    }
    connection = 'closed';
  };
  loop().catch((error: unknown) => options.logger.error(`synchronisation ended: ${String(error)}`));

  return {
    compiled: () => replica.compiled,
    connection: () => connection,
    lastError: () => lastError,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    waitUntilReady(timeoutMs) {
      if (replica.compiled !== undefined) return Promise.resolve(true);
      return new Promise((resolve) => {
        const done = (ready: boolean): void => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve(ready);
        };
        const timer = setTimeout(() => done(false), timeoutMs);
        waiting.add(done);
      });
    },
    close: () => closing.abort(),
  };
}

const utf8 = new TextDecoder();

function toReplicaMessage(message: SyncMessage) {
  const entities = message.entities.map(({ kind, id, revision, body }) => ({ kind, id, revision, body: utf8.decode(body) }));
  return {
    revision: message.revision,
    fromRevision: message.fromRevision,
    last: message.last,
    checksum: message.checksum,
    entities,
    removed: message.removed,
  };
}

function notify(
  listeners: ReadonlySet<(changed: readonly string[]) => void>,
  changed: readonly string[],
  logger: SdkLogger,
): void {
  for (const listener of listeners) {
    try {
      listener(changed);
    } catch (error) {
      logger.error(`a change listener failed: ${String(error)}`);
    }
  }
}

interface Situation {
  /** The trouble before: the same is told once, not at each attempt. */
  readonly before: string | undefined;
  readonly hasDefinitions: boolean;
  readonly syncUrl: string;
}

function reportEnd(
  end: Exclude<StreamEnd, { kind: 'closed' }>,
  { before, hasDefinitions, syncUrl }: Situation,
  logger: SdkLogger,
): void {
  if (end.message === before) return;
  if (end.kind === 'refused') logger.error(`the server refuses this SDK key: ${end.message}`);
  else if (hasDefinitions) logger.warn(`the connection for definitions was lost: ${end.message}; flags are answered from memory`);
  else
    logger.warn(
      `no definitions from ${syncUrl}: ${end.message}; fallbacks are answered until they come. Where FlagSync has another address, set syncUrl`,
    );
}
