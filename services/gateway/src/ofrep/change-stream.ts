import { refetchEvent } from '@stitchd/ofrep';
import { problem } from '@stitchd/service-kit';
import { maxBlockedMs } from '../limits.ts';
import type { EnvironmentState } from '../sync/environment-state.ts';
import { eventChunk } from '../sync/event-chunk.ts';
import type { StreamSink } from '../sync/stream-sink.ts';
import type { SyncStream } from '../sync/sync-stream.ts';

/** A comment: says that the stream lives, and means nothing. */
const heartbeat = Buffer.from(':\n\n');

/**
 * Tells one client of OFREP that it should evaluate again. Several changes while it does not read are one: what they are is
 * not told here.
 * @param have - the revision that the client evaluated last; undefined: it is told at once
 */
export function createChangeStream(options: {
  readonly sink: StreamSink;
  readonly keyHash: string;
  readonly have: number | undefined;
  readonly nowMs: () => number;
}): SyncStream {
  const { sink, keyHash, nowMs } = options;
  let told = options.have;
  let isFirst = true;
  let blockedSinceMs: number | undefined;
  let waitingFor: EnvironmentState | undefined;
  let isEnding = false;

  const isOpen = (): boolean => !isEnding && sink.isOpen();

  function write(chunk: Buffer): void {
    if (sink.write(chunk)) return;
    blockedSinceMs = nowMs();
    sink.onceDrained(() => {
      blockedSinceMs = undefined;
      if (waitingFor !== undefined) tell(waitingFor);
    });
  }

  function tell(state: EnvironmentState): void {
    const revision = state.compiled()?.revision;
    if (revision === undefined || !isOpen()) return;
    waitingFor = blockedSinceMs === undefined ? undefined : state;
    if (waitingFor !== undefined) return;
    if (revision !== told) write(eventChunk({ event: 'message', id: String(revision), data: refetchEvent(revision) }));
    else if (isFirst) write(heartbeat);
    told = revision;
    isFirst = false;
  }

  function end(error: unknown): void {
    if (!isOpen()) return;
    isEnding = true;
    sink.end(error);
  }

  return {
    keyHash,
    catchUp: tell,
    offer: (_delta, state) => tell(state),
    heartbeat() {
      if (!isOpen()) return;
      if (blockedSinceMs === undefined) write(heartbeat);
      else if (nowMs() - blockedSinceMs > maxBlockedMs) end(problem('RATE_LIMITED', 'The stream was not read; open it again.'));
    },
    end,
  };
}
