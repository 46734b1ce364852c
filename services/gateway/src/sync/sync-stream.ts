import { problem } from '@stitchd/service-kit';
import { maxBlockedMs } from '../limits.ts';
import { isSame, type Delta, type EnvironmentState, type Position } from './environment-state.ts';
import type { StreamSink } from './stream-sink.ts';

/** Somebody who follows an environment. */
export interface SyncStream {
  /** Of the key that opened it: SHA-256, hexadecimal. */
  readonly keyHash: string;
  /** Brings it to the present state, unless it is still busy with what it got before. */
  readonly catchUp: (state: EnvironmentState) => void;
  /** A change; one that does not fit where it stands makes it catch up. */
  readonly offer: (delta: Delta, state: EnvironmentState) => void;
  readonly heartbeat: (state: EnvironmentState) => void;
  /** Ends it, saying why. */
  readonly end: (error: unknown) => void;
}

/**
 * Writes to one stream. A reader that is slower than the changes holds at most what was written before it stopped reading;
 * when it reads again it gets the latest state, not a queue.
 */
export function createSyncStream(options: {
  readonly sink: StreamSink;
  readonly keyHash: string;
  readonly have: Position;
  readonly nowMs: () => number;
  readonly onWritten: (kind: 'delta' | 'state' | 'heartbeat') => void;
}): SyncStream {
  const { sink, keyHash, nowMs, onWritten } = options;
  let at = options.have;
  let blockedSinceMs: number | undefined;
  let waitingFor: EnvironmentState | undefined;
  let isEnding = false;

  function write(chunks: readonly Buffer[]): void {
    let flows = true;
    for (const chunk of chunks) flows = sink.write(chunk);
    if (flows) return;
    blockedSinceMs = nowMs();
    sink.onceDrained(() => {
      blockedSinceMs = undefined;
      const state = waitingFor;
      waitingFor = undefined;
      if (state !== undefined) catchUp(state);
    });
  }

  function catchUp(state: EnvironmentState): void {
    if (isEnding || !sink.isOpen() || state.compiled() === undefined) return;
    if (blockedSinceMs !== undefined) {
      waitingFor = state;
      return;
    }
    const chunks = state.chunksSince(at, sink.form);
    at = state.position();
    // To one that is up to date, a heartbeat says so.
    write(chunks.length > 0 ? chunks : state.heartbeat(sink.form));
    onWritten(chunks.length > 0 ? 'state' : 'heartbeat');
  }

  function end(error: unknown): void {
    if (isEnding || !sink.isOpen()) return;
    isEnding = true;
    sink.end(error);
  }

  return {
    keyHash,
    catchUp,
    offer(delta, state) {
      if (isEnding || !sink.isOpen()) return;
      if (blockedSinceMs !== undefined || !isSame(delta.from, at)) return catchUp(state);
      at = delta.to;
      write(delta.messages.in(sink.form));
      onWritten('delta');
    },
    heartbeat(state) {
      if (isEnding || !sink.isOpen()) return;
      if (blockedSinceMs === undefined) {
        write(state.heartbeat(sink.form));
        onWritten('heartbeat');
      } else if (nowMs() - blockedSinceMs > maxBlockedMs) end(problem('RATE_LIMITED', 'The stream was not read; open it again.'));
    },
    end,
  };
}
