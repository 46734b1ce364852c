import type { CompiledDefinitions, ContextValues } from '@stitchd/core';
import { problem } from '@stitchd/service-kit';
import { maxBlockedMs } from '../limits.ts';
import { eventChunk } from '../sync/event-chunk.ts';
import type { StreamSink } from '../sync/stream-sink.ts';
import type { SyncStream } from '../sync/sync-stream.ts';
import type { Turns } from './turns.ts';

/** A comment: says that the stream lives, and means nothing. */
const heartbeat = Buffer.from(':\n\n');

/**
 * Follows an environment for one context: evaluates after each change, and writes where an answer has changed. A reader that is
 * slower than the changes gets the latest values, not a queue.
 */
export function createValuesStream(options: {
  readonly sink: StreamSink;
  readonly keyHash: string;
  readonly evaluate: (compiled: CompiledDefinitions) => Promise<ContextValues>;
  /** Of the values that the reader has. */
  readonly etag: string | undefined;
  /** Of a server key: changes that client keys can't see are told too. */
  readonly seesHidden: boolean;
  readonly turns: Turns;
  readonly nowMs: () => number;
}): SyncStream {
  const { sink, keyHash, nowMs } = options;
  let { etag } = options;
  let waiting: CompiledDefinitions | undefined;
  let isFirst = true;
  let isEvaluating = false;
  let blockedSinceMs: number | undefined;
  let isEnding = false;

  const isOpen = (): boolean => !isEnding && sink.isOpen();

  function end(error: unknown): void {
    if (!isOpen()) return;
    isEnding = true;
    sink.end(error);
  }

  function write(chunk: Buffer): void {
    if (sink.write(chunk)) return;
    blockedSinceMs = nowMs();
    sink.onceDrained(() => {
      blockedSinceMs = undefined;
      void evaluateWaiting();
    });
  }

  /** One evaluation at a time, of the latest definitions, and none for a reader that does not read. */
  async function evaluateWaiting(): Promise<void> {
    if (isEvaluating) return;
    isEvaluating = true;
    try {
      while (waiting !== undefined && blockedSinceMs === undefined && isOpen()) {
        await options.turns.take();
        const compiled: CompiledDefinitions = waiting;
        waiting = undefined;
        const values = await options.evaluate(compiled);
        if (!isOpen()) return;
        if (values.etag !== etag) write(eventChunk({ event: 'values', id: values.etag, data: JSON.stringify(values) }));
        // A reader that has them already must not wait for the next heartbeat to know.
        else if (isFirst) write(heartbeat);
        etag = values.etag;
        isFirst = false;
      }
    } catch (error) {
      end(error);
    } finally {
      isEvaluating = false;
    }
  }

  function follow(compiled: CompiledDefinitions | undefined): void {
    if (compiled === undefined) return;
    waiting = compiled;
    void evaluateWaiting();
  }

  return {
    keyHash,
    catchUp: (state) => follow(state.compiled()),
    offer(delta, state) {
      // Most changes of a large project are none to its pages; each would be an evaluation for each of them.
      if (options.seesHidden || delta.isHiddenFromClients !== true) follow(state.compiled());
    },
    heartbeat() {
      if (!isOpen()) return;
      if (blockedSinceMs === undefined) write(heartbeat);
      else if (nowMs() - blockedSinceMs > maxBlockedMs) end(problem('RATE_LIMITED', 'The stream was not read; open it again.'));
    },
    end,
  };
}
