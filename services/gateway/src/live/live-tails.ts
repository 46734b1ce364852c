import type { JsonObject } from '@bufbuild/protobuf';
import { LiveItems } from '@stitchd/proto/event/v1/usage';
import { problem, problemOf, withCall, type Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import {
  liveTailAgainMs,
  liveTailFailures,
  liveTailMs,
  liveTailPollMs,
  maxLiveTails,
  maxToldItems,
  requestDeadlineMs,
} from '../limits.ts';
import type { EventStreamFollower } from '../rest/endpoint.ts';
import { eventChunk } from '../sync/event-chunk.ts';
import type { StreamSink } from '../sync/stream-sink.ts';
import { drained, pause } from './pace.ts';

export interface TailFilter {
  readonly type?: string | undefined;
  readonly key?: string | undefined;
  readonly unit?: string | undefined;
  readonly outcome?: string | undefined;
  readonly code?: string | undefined;
}

/** Streams of what an environment takes and refuses, each asking event-service for what is new, again and again. */
export interface LiveTails {
  /** @throws RATE_LIMITED where as many are open as may be */
  readonly open: (sink: StreamSink, principal: Principal, filter: TailFilter, requestId: string) => EventStreamFollower;
  /** Ends all of them. */
  readonly stop: () => void;
}

const heartbeat = Buffer.from(':\n\n');

/** What can not get better by waiting. */
const final = new Set(['PERMISSION_DENIED', 'UNAUTHENTICATED', 'NOT_FOUND', 'VALIDATION_FAILED']);

export function createLiveTails({ ask, nowMs }: Pick<GatewayContext, 'ask' | 'nowMs'>): LiveTails {
  const open = new Set<AbortController>();

  async function follow(sink: StreamSink, filter: TailFilter, call: TailCall, end: AbortController): Promise<void> {
    const { signal } = end;
    const untilMs = nowMs() + liveTailMs;
    const told = createToldItems();
    let afterMs = 0;
    let failures = 0;
    while (!signal.aborted && sink.isOpen()) {
      if (nowMs() >= untilMs) return sink.end(problem('RATE_LIMITED', 'The stream has had its time; open it again.'));
      try {
        const answer = await withCall({ ...call, deadlineMs: nowMs() + requestDeadlineMs }, () =>
          ask(LiveItems.method.tailItems, { ...filter, afterMs }),
        );
        failures = 0;
        afterMs = Number(answer['afterMs']);
        const items = told.unknown(answer['items'] as readonly JsonObject[]);
        const { leftOut } = answer;
        const chunk = items.length === 0 ? heartbeat : eventChunk({ event: 'items', data: JSON.stringify({ items, leftOut }) });
        if (!sink.write(chunk) && !(await drained(sink, signal)))
          return sink.end(problem('RATE_LIMITED', 'The stream was not read; open it again.'));
      } catch (error) {
        const { code, detail } = problemOf(error);
        if (final.has(code) || ++failures >= liveTailFailures) return sink.end(error);
        sink.write(eventChunk({ event: 'waiting', data: JSON.stringify({ code, detail }) }));
      }
      await pause(failures > 0 ? liveTailAgainMs : liveTailPollMs, signal);
    }
    return undefined;
  }

  return {
    open(sink, principal, filter, requestId) {
      if (open.size >= maxLiveTails) throw problem('RATE_LIMITED', 'As many live streams are open on this gateway as may be.');
      const end = new AbortController();
      open.add(end);
      void follow(sink, filter, { requestId, principal }, end).finally(() => open.delete(end));
      return { onClosed: () => end.abort() };
    },
    stop() {
      for (const end of open) end.abort();
    },
  };
}

interface TailCall {
  readonly requestId: string;
  readonly principal: Principal;
}

/** Tells items once, though each answer looks a little further back than the one before. */
function createToldItems() {
  const told = new Set<string>();
  return {
    unknown(items: readonly JsonObject[]): readonly JsonObject[] {
      const fresh = items.filter((item) => {
        const name = item['id'] === '' ? JSON.stringify(item) : JSON.stringify([item['outcome'], item['id']]);
        if (told.has(name)) return false;
        told.add(name);
        return true;
      });
      for (const name of told) {
        if (told.size <= maxToldItems) break;
        told.delete(name);
      }
      return fresh;
    },
  };
}
