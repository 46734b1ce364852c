import type { ServerResponse } from 'node:http';
import { problemBody } from '../http/problem-body.ts';
import { streamEndMs } from '../limits.ts';
import { eventChunk } from './event-chunk.ts';
import type { StreamSink } from './stream-sink.ts';

/** A stream of events, which can come to its end without an error. */
export interface EventSink extends StreamSink {
  /** Everything was told: closes it without a word. One that doesn't read the rest is cut. */
  readonly finish: () => void;
}

/**
 * Writes events to a response whose head says `text/event-stream`.
 * @param requestId - it ends with an event `error` that holds a problem of this request; undefined: without a word, for
 * protocols that know no such event
 */
export function createEventSink(response: ServerResponse, requestId: string | undefined): EventSink {
  function finish(last?: Buffer): void {
    if (last === undefined) response.end();
    else response.end(last);
    const cut = setTimeout(() => response.destroy(), streamEndMs);
    cut.unref();
    response.once('close', () => clearTimeout(cut));
  }
  return {
    form: 'events',
    isOpen: () => !response.destroyed && !response.writableEnded,
    write: (chunk) => response.write(chunk),
    onceDrained: (then) => void response.once('drain', then),
    finish: () => finish(),
    end: (error) =>
      finish(
        requestId === undefined ? undefined : eventChunk({ event: 'error', data: JSON.stringify(problemBody(error, requestId)) }),
      ),
  };
}
