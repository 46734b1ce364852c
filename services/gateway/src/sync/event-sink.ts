import type { ServerResponse } from 'node:http';
import { problemBody } from '../http/problem-body.ts';
import { streamEndMs } from '../limits.ts';
import { eventChunk } from './event-chunk.ts';
import type { StreamSink } from './stream-sink.ts';

/**
 * Writes events to a response whose head says `text/event-stream`.
 * @param requestId - it ends with an event `error` that holds a problem of this request; undefined: without a word, for
 * protocols that know no such event
 */
export function createEventSink(response: ServerResponse, requestId: string | undefined): StreamSink {
  return {
    form: 'events',
    isOpen: () => !response.destroyed && !response.writableEnded,
    write: (chunk) => response.write(chunk),
    onceDrained: (then) => void response.once('drain', then),
    end(error) {
      if (requestId === undefined) response.end();
      else response.end(eventChunk({ event: 'error', data: JSON.stringify(problemBody(error, requestId)) }));
      const cut = setTimeout(() => response.destroy(), streamEndMs);
      cut.unref();
      response.once('close', () => clearTimeout(cut));
    },
  };
}
