import type { StoredDefinitions } from '@stitchd/db/platform';
import { watchLimits } from '../limits.ts';
import { createFeedState } from './feed-state.ts';
import { encodeSyncMessages, type StateChange } from './sync-messages.ts';

/** What a reader has already. */
export interface Have {
  /** 0: nothing. */
  readonly revision: number;
  readonly checksum: bigint;
}

export interface EnvironmentFeedOptions {
  /** Reads an environment's definitions: what changed since a revision, or a snapshot. */
  readonly read: (fromRevision: number) => Promise<StoredDefinitions>;
  readonly heartbeatMs: number;
  readonly onTrouble: (error: unknown) => void;
}

/** One environment's definitions, read once for all of this replica's streams. */
export interface EnvironmentFeed {
  /** @throws what the store throws: there is nothing to serve then */
  readonly load: () => Promise<void>;
  /** Compares with the store; what fails is tried again at the next heartbeat. */
  readonly refresh: () => Promise<void>;
  readonly revision: number;
  /** Encoded sync messages: what a reader lacks, then every change and heartbeats, until `signal` or `close` ends it. */
  readonly follow: (have: Have, signal: AbortSignal) => AsyncGenerator<Uint8Array<ArrayBuffer>>;
  /** Ends every stream. */
  readonly close: () => void;
}

export function createEnvironmentFeed(options: EnvironmentFeedOptions): EnvironmentFeed {
  const state = createFeedState(watchLimits.rememberedChecksums);
  const waiting = new Set<() => void>();
  const encoded = new Map<number, readonly Uint8Array<ArrayBuffer>[]>();
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let reading: Promise<void> | undefined;
  let readAgain = false;

  const wake = (): void => {
    for (const resolve of waiting) resolve();
  };
  const readOnce = async (): Promise<void> => {
    const before = state.revision;
    const stored = await options.read(before);
    if (stored.revision === before) return;
    state.apply(stored);
    encoded.clear();
    wake();
  };
  const readUntilCurrent = async (): Promise<void> => {
    try {
      do {
        readAgain = false;
        await readOnce();
      } while (readAgain);
    } finally {
      // At once: a hint that comes after the last look begins a new reading.
      reading = undefined;
    }
  };
  /** One reading at a time, which goes on while it is asked for again. */
  const read = async (): Promise<void> => {
    readAgain = true;
    reading ??= readUntilCurrent();
    await reading;
  };
  const refresh = (): Promise<void> => read().catch(options.onTrouble);

  /** What leads from a reader's revision to the present, encoded once for all readers there. */
  const messagesFrom = (at: number): readonly Uint8Array<ArrayBuffer>[] => {
    const known = encoded.get(at);
    if (known !== undefined) return known;
    const changes = state.changesSince(at);
    const messages = encodeSyncMessages(changes ?? state.snapshot(), watchLimits.messageBytes);
    if (changes !== undefined) encoded.set(at, messages);
    return messages;
  };
  const opening = async (have: Have): Promise<StateChange> => {
    if (have.revision > state.revision) await refresh();
    const known = state.checksumAt(have.revision);
    if (have.revision === 0 || have.revision > state.revision || (known !== undefined && known !== have.checksum))
      return state.snapshot();
    const changes = state.changesSince(have.revision);
    if (changes !== undefined) return changes;
    // Older than what is held here: the store knows what has changed, and the state at hand how it looks now.
    const stored = await options.read(have.revision);
    if (stored.fromRevision !== have.revision) return state.snapshot();
    return state.changesAmong(have.revision, [...stored.entities, ...stored.removed]);
  };
  const nextChange = (at: number, signal: AbortSignal): Promise<void> => {
    if (closed || signal.aborted || state.revision !== at) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(heartbeat);
        waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const heartbeat = setTimeout(done, options.heartbeatMs);
      waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  };

  return {
    async load() {
      await read();
      if (closed) return;
      timer = setInterval(() => void refresh(), options.heartbeatMs);
      timer.unref();
    },
    refresh,
    get revision() {
      return state.revision;
    },
    async *follow(have, signal) {
      const first = await opening(have);
      let at = first.revision;
      yield* encodeSyncMessages(first, watchLimits.messageBytes);
      while (!closed && !signal.aborted) {
        await nextChange(at, signal);
        if (closed || signal.aborted) return;
        // Where nothing has changed this is a heartbeat. A reader that was slow gets the latest state, not what lay between.
        const messages = messagesFrom(at);
        at = state.revision;
        yield* messages;
      }
    },
    close() {
      closed = true;
      clearInterval(timer);
      wake();
    },
  };
}
