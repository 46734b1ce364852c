import { constants, type ServerHttp2Stream } from 'node:http2';
import { problem } from '@stitchd/service-kit';
import { maxBlockedMs, streamEndMs } from '../limits.ts';
import { isSame, type Delta, type EnvironmentState, type Position } from './environment-state.ts';
import { statusTrailers } from './grpc-status.ts';

/** One SDK that follows an environment. */
export interface SyncStream {
  readonly keyHash: string;
  /** Writes what leads it to the present state, unless it is still busy with what it got before. */
  readonly catchUp: (state: EnvironmentState) => void;
  /** Writes a change; one that does not fit where it stands makes it catch up. */
  readonly offer: (delta: Delta, state: EnvironmentState) => void;
  readonly heartbeat: (frame: Buffer) => void;
  /** Ends it with a status. */
  readonly end: (error: unknown) => void;
}

/**
 * Writes to one stream. A reader that is slower than the changes holds at most what was written before it stopped reading;
 * when it reads again it gets the latest state, not a queue.
 */
export function createSyncStream(options: {
  readonly stream: ServerHttp2Stream;
  readonly keyHash: string;
  readonly have: Position;
  readonly nowMs: () => number;
  readonly onWritten: (kind: 'delta' | 'state' | 'heartbeat') => void;
}): SyncStream {
  const { stream, keyHash, nowMs, onWritten } = options;
  let at = options.have;
  let blockedSinceMs: number | undefined;
  let waitingFor: EnvironmentState | undefined;
  let isEnding = false;

  function write(frames: readonly Buffer[]): void {
    let flows = true;
    for (const frame of frames) flows = stream.write(frame);
    if (flows) return;
    blockedSinceMs = nowMs();
    stream.once('drain', () => {
      blockedSinceMs = undefined;
      const state = waitingFor;
      waitingFor = undefined;
      if (state !== undefined) catchUp(state);
    });
  }

  function catchUp(state: EnvironmentState): void {
    if (isEnding || stream.destroyed || state.compiled() === undefined) return;
    if (blockedSinceMs !== undefined) {
      waitingFor = state;
      return;
    }
    const frames = state.framesSince(at);
    at = state.position();
    // To one that is up to date, a heartbeat says so.
    write(frames.length > 0 ? frames : [state.heartbeat()]);
    onWritten(frames.length > 0 ? 'state' : 'heartbeat');
  }

  return {
    keyHash,
    catchUp,
    offer(delta, state) {
      if (isEnding || stream.destroyed) return;
      if (blockedSinceMs !== undefined || !isSame(delta.from, at)) return catchUp(state);
      at = delta.to;
      write(delta.frames);
      onWritten('delta');
    },
    heartbeat(frame) {
      if (isEnding || stream.destroyed) return;
      if (blockedSinceMs === undefined) {
        write([frame]);
        onWritten('heartbeat');
      } else if (nowMs() - blockedSinceMs > maxBlockedMs)
        this.end(problem('RATE_LIMITED', 'The stream was not read; open it again.'));
    },
    end(error) {
      if (isEnding || stream.destroyed) return;
      isEnding = true;
      stream.once('wantTrailers', () => stream.sendTrailers(statusTrailers(error)));
      stream.end();
      const cut = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), streamEndMs);
      cut.unref();
      stream.once('close', () => clearTimeout(cut));
    },
  };
}
