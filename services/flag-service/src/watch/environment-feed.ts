import type { StoredDefinitions } from '@stitchd/db/platform';
import { encodeSyncMessages } from '@stitchd/proto';
import { watchLimits } from '../limits.ts';
import { FeedState, type StateChange } from './feed-state.ts';

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

type SyncBytes = Uint8Array<ArrayBuffer>;

/** One environment's definitions, read once for all of this replica's streams. */
export class EnvironmentFeed {
  private readonly options: EnvironmentFeedOptions;
  private readonly state = new FeedState(watchLimits);
  private readonly waiting = new Set<() => void>();
  /** By a reader's revision: what it lacks, encoded once for all readers there. */
  private readonly encoded = new Map<number, readonly SyncBytes[]>();
  private closed = false;
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> | undefined;
  private readAgain = false;

  constructor(options: EnvironmentFeedOptions) {
    this.options = options;
  }

  get revision(): number {
    return this.state.revision;
  }

  /** @throws what the store throws: there is nothing to serve then */
  async load(): Promise<void> {
    await this.read();
    if (this.closed) return;
    this.timer = setInterval(() => void this.refresh(), this.options.heartbeatMs);
    this.timer.unref();
  }

  /** Compares with the store; what fails is tried again at the next heartbeat. */
  refresh(): Promise<void> {
    return this.read().catch(this.options.onTrouble);
  }

  /** Encoded sync messages: what a reader lacks, then every change and heartbeats, until `signal` or `close` ends it. */
  async *follow(have: Have, signal: AbortSignal): AsyncGenerator<SyncBytes> {
    const first = await this.opening(have);
    let at = first.revision;
    yield* encodeSyncMessages(first, watchLimits.messageBytes);
    while (!this.closed && !signal.aborted) {
      await this.nextChange(at, signal);
      if (this.closed || signal.aborted) return;
      // Where nothing has changed this is a heartbeat. A reader that was slow gets the latest state, not what lay between.
      const messages = this.messagesFrom(at);
      at = this.state.revision;
      yield* messages;
    }
  }

  /** Ends every stream. */
  close(): void {
    this.closed = true;
    clearInterval(this.timer);
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting) resolve();
  }

  /** One reading at a time, which goes on while it is asked for again. */
  private async read(): Promise<void> {
    this.readAgain = true;
    this.reading ??= this.readUntilCurrent();
    await this.reading;
  }

  private async readUntilCurrent(): Promise<void> {
    try {
      while (this.readAgain) {
        this.readAgain = false;
        const stored = await this.options.read(this.state.revision);
        if (stored.revision === this.state.revision) continue;
        this.state.apply(stored);
        this.encoded.clear();
        this.wake();
      }
    } finally {
      // At once: a hint that comes after the last look begins a new reading.
      this.reading = undefined;
    }
  }

  private messagesFrom(at: number): readonly SyncBytes[] {
    const known = this.encoded.get(at);
    if (known !== undefined) return known;
    const changes = this.state.changesSince(at);
    const messages = encodeSyncMessages(changes ?? this.state.snapshot(), watchLimits.messageBytes);
    if (changes !== undefined) this.encoded.set(at, messages);
    return messages;
  }

  private async opening(have: Have): Promise<StateChange> {
    const { state } = this;
    if (have.revision > state.revision) await this.refresh();
    const known = state.checksumAt(have.revision);
    if (have.revision === 0 || have.revision > state.revision || (known !== undefined && known !== have.checksum))
      return state.snapshot();
    const changes = state.changesSince(have.revision);
    if (changes !== undefined) return changes;
    // Older than what is held here: the store knows what has changed, and the state at hand how it looks now.
    const stored = await this.options.read(have.revision);
    if (stored.fromRevision !== have.revision) return state.snapshot();
    return state.changesAmong(have.revision, [...stored.entities, ...stored.removed]);
  }

  /** Until there is something to say: a change, the time for a heartbeat, or the end. */
  private nextChange(at: number, signal: AbortSignal): Promise<void> {
    if (this.closed || signal.aborted || this.state.revision !== at) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(heartbeat);
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const heartbeat = setTimeout(done, this.options.heartbeatMs);
      this.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}
