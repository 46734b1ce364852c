import type { CompiledDefinitions, ReplicaMessage } from '@stitchd/core';
import type { Platform } from '../platform.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import type { ConnectionState } from './connection-state.ts';
import type { DefinitionsSource, DefinitionsStore } from './definitions-store.ts';
import { type Connection, followDefinitions } from './follow-definitions.ts';
import { createListeners } from './listeners.ts';
import type { SyncLimits } from './sync-limits.ts';
import type { Transport, TransportKind } from './transport.ts';
import { lost, type TransportEnd } from './transport-end.ts';

/** How definitions are doing. */
export interface SyncStatus {
  /** Whether there are definitions to evaluate with. */
  readonly ready: boolean;
  /** Whether the server may have newer ones: no connection confirms what is here. Offline, nothing is stale. */
  readonly stale: boolean;
  readonly connection: ConnectionState;
  /** Where the definitions in use came from. */
  readonly source: DefinitionsSource | undefined;
  /** The environment's revision; 0 before the first definitions. */
  readonly revision: number;
  readonly environmentId: string | undefined;
  /** When the definitions were loaded, or confirmed by a server last, in epoch milliseconds. */
  readonly lastUpdateMs: number | undefined;
  /** Why the last connection was lost or could not be made. */
  readonly lastError: string | undefined;
}

/** Definitions that are kept up to date in the background. */
export interface DefinitionsSync {
  /** Undefined until the first state has arrived. */
  readonly compiled: () => CompiledDefinitions | undefined;
  readonly status: () => SyncStatus;
  readonly onChange: (listener: (changedFlags: readonly string[]) => void) => () => void;
  /** Calls back whenever the connection, the source or the readiness changes. */
  readonly onStatus: (listener: (status: SyncStatus) => void) => () => void;
  /** Resolves with true as soon as there are definitions, with false after `timeoutMs` or when the server refuses the key. */
  readonly waitUntilReady: (timeoutMs: number) => Promise<boolean>;
  /**
   * Resolves when a server has answered, or no transport got an answer, or `timeoutMs` are over: for a start with definitions
   * that may be old.
   */
  readonly waitUntilFresh: (timeoutMs: number) => Promise<void>;
  readonly close: () => void;
}

export interface DefinitionsSyncOptions {
  readonly store: DefinitionsStore;
  /** The better ones first; none to be offline. */
  readonly transports: readonly Transport[];
  readonly logger: SdkLogger;
  readonly platform: Pick<Platform, 'random' | 'monotonicMs'>;
  readonly limits: SyncLimits;
}

/** Opens a connection, takes in what it says, and opens another whenever it ends, for as long as the client lives. */
export function startDefinitionsSync({ store, transports, logger, platform, limits }: DefinitionsSyncOptions): DefinitionsSync {
  const closing = new AbortController();
  const statusListeners = createListeners<SyncStatus>(logger);
  let connection: ConnectionState = transports.length === 0 ? 'offline' : 'connecting';
  let lastError: string | undefined;
  let told = '';
  /** Of each transport, the trouble that was told since a connection worked last. */
  const troubleTold = new Map<TransportKind, string>();

  const status = (): SyncStatus => {
    const compiled = store.compiled();
    return {
      ready: compiled !== undefined,
      stale: compiled !== undefined && connection !== 'connected' && connection !== 'offline',
      connection,
      source: store.source(),
      revision: compiled?.revision ?? 0,
      environmentId: store.environmentId(),
      lastUpdateMs: store.lastUpdateMs(),
      lastError,
    };
  };
  const changed = (): void => {
    const now = status();
    const name = `${now.ready} ${now.connection} ${now.source}`;
    if (name === told) return;
    told = name;
    statusListeners.tell(now);
  };
  const enter = (state: ConnectionState): void => {
    if (closing.signal.aborted) return;
    if (state === 'connected') troubleTold.clear();
    connection = state;
    changed();
  };
  const connect = (transport: Transport, how: { fromStart: boolean; onWorks: () => void }): Connection =>
    openConnection(transport, how, { store, logger, outer: closing.signal, onHeard: () => enter('connected') });
  const onEnd = (end: TransportEnd, kind: TransportKind, next: TransportKind | undefined): void => {
    if (end.kind === 'closed') return;
    const message = end.kind === 'unfit' ? 'the definitions must be asked for anew' : end.message;
    // The same trouble is told once, not at each attempt.
    if (troubleTold.get(kind) !== message) {
      troubleTold.set(kind, message);
      const level = end.kind === 'refused' ? 'error' : 'warn';
      logger[level](describeEnd(end.kind, message, { kind, next, ready: store.compiled() !== undefined }));
    }
    lastError = message;
    if (end.kind === 'refused') enter('refused');
    // While another transport is tried at once, nothing is known yet.
    else if (next === undefined || connection === 'connected') enter('reconnecting');
  };
  if (transports.length > 0)
    followDefinitions({ transports, connect, onEnd, platform, limits, signal: closing.signal }).catch((error: unknown) =>
      logger.error(`synchronisation ended: ${String(error)}`),
    );
  changed();

  return {
    compiled: store.compiled,
    status,
    onChange: store.onChange,
    onStatus: statusListeners.add,
    async waitUntilReady(timeoutMs) {
      await until((now) => now.ready || cannotBecomeReady.has(now.connection), { status, listeners: statusListeners, timeoutMs });
      return status().ready;
    },
    waitUntilFresh: (timeoutMs) =>
      until((now) => now.connection !== 'connecting', { status, listeners: statusListeners, timeoutMs }),
    close() {
      if (closing.signal.aborted) return;
      enter('closed');
      closing.abort();
    },
  };
}

const cannotBecomeReady: ReadonlySet<ConnectionState> = new Set(['refused', 'offline', 'closed']);

/** Waits until a status holds, but no longer than a time; keeps the process alive meanwhile. */
function until(
  holds: (status: SyncStatus) => boolean,
  of: {
    readonly status: () => SyncStatus;
    readonly listeners: { readonly add: (listener: (status: SyncStatus) => void) => () => void };
    readonly timeoutMs: number;
  },
): Promise<void> {
  return new Promise((resolve) => {
    if (holds(of.status())) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      stopListening();
      resolve();
    };
    const timer = setTimeout(done, of.timeoutMs);
    const stopListening = of.listeners.add((status) => holds(status) && done());
    return undefined;
  });
}

interface ConnectionParts {
  readonly store: DefinitionsStore;
  readonly logger: SdkLogger;
  readonly outer: AbortSignal;
  readonly onHeard: () => void;
}

function openConnection(
  transport: Transport,
  { fromStart, onWorks }: { readonly fromStart: boolean; readonly onWorks: () => void },
  { store, logger, outer, onHeard }: ConnectionParts,
): Connection {
  const closing = new AbortController();
  const close = (): void => closing.abort();
  outer.addEventListener('abort', close);
  let works = false;
  const hear = (): void => {
    const isFirst = !works;
    works = true;
    if (isFirst) onWorks();
  };
  const onMessage = (message: ReplicaMessage): boolean => {
    if (closing.signal.aborted) return false;
    hear();
    const outcome = store.take(message, transport.kind);
    if (outcome.kind === 'applied') onHeard();
    if (outcome.kind !== 'unfit') return true;
    logger.warn(`definitions do not fit what is here (${outcome.why}); asking for a snapshot`);
    return false;
  };
  const ended = transport
    .run({
      haveRevision: fromStart ? 0n : store.revision(),
      haveChecksum: fromStart ? 0n : store.checksum(),
      onEnvironment: store.nameEnvironment,
      onMessage,
      onUnchanged() {
        if (closing.signal.aborted) return;
        hear();
        store.confirm(transport.kind);
        onHeard();
      },
      signal: closing.signal,
    })
    // No transport rejects; if one did, it would be one more way to lose a connection.
    .catch(lost)
    .finally(() => outer.removeEventListener('abort', close));
  return { transport, ended, worked: () => works, close };
}

function describeEnd(
  end: 'refused' | 'lost' | 'unfit',
  message: string,
  { kind, next, ready }: { readonly kind: TransportKind; readonly next: TransportKind | undefined; readonly ready: boolean },
): string {
  if (end === 'refused') return `the server refuses this SDK key: ${message}`;
  const answers = ready ? 'flags are answered from memory' : 'fallbacks are answered until definitions come';
  const then = next === undefined ? '' : `; trying ${transportNames[next]}`;
  return `no definitions by ${transportNames[kind]}: ${message}${then}; ${answers}`;
}

const transportNames: Record<TransportKind, string> = {
  stream: 'FlagSync (gRPC)',
  sse: 'server-sent events',
  poll: 'polling',
};
