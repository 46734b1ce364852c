import type { JsonObject } from '@bufbuild/protobuf';
import { Results } from '@stitchd/proto/stats/v1/stats';
import { problem, problemOf, withCall, type Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import {
  heartbeatMs,
  jobStreamAgainMs,
  jobStreamFailures,
  jobStreamMs,
  jobStreamPollMs,
  maxJobStreams,
  requestDeadlineMs,
} from '../limits.ts';
import { textOf } from '../rest/answers.ts';
import type { EventStreamFollower } from '../rest/endpoint.ts';
import { eventChunk } from '../sync/event-chunk.ts';
import type { EventSink } from '../sync/event-sink.ts';
import { drained, pause } from './pace.ts';

/** Streams of how a computation goes on, each asking stats-service again and again. */
export interface JobStreams {
  /**
   * @param job - as it was when the caller asked for it
   * @throws RATE_LIMITED where as many are open as may be
   */
  readonly open: (sink: EventSink, principal: Principal, job: JsonObject, requestId: string) => EventStreamFollower;
  /** Ends all of them. */
  readonly stop: () => void;
}

const heartbeat = Buffer.from(':\n\n');
const ended = new Set(['succeeded', 'failed', 'cancelled']);

/** What can not get better by waiting. */
const final = new Set(['PERMISSION_DENIED', 'UNAUTHENTICATED', 'NOT_FOUND']);

export function createJobStreams({ ask, nowMs }: Pick<GatewayContext, 'ask' | 'nowMs'>): JobStreams {
  const open = new Set<AbortController>();

  async function follow(sink: EventSink, first: JsonObject, call: JobCall, signal: AbortSignal): Promise<void> {
    const untilMs = nowMs() + jobStreamMs;
    const told = { text: '', atMs: 0 };
    let job = first;
    let failures = 0;
    while (!signal.aborted && sink.isOpen()) {
      const isEnd = ended.has(textOf(job, 'state'));
      if (!(await tell(sink, signal, { told, text: JSON.stringify(job), isEnd })))
        return sink.end(problem('RATE_LIMITED', 'The stream was not read; open it again.'));
      if (isEnd) return sink.finish();
      await pause(failures > 0 ? jobStreamAgainMs : jobStreamPollMs, signal);
      if (nowMs() >= untilMs) return sink.end(problem('RATE_LIMITED', 'The stream has had its time; open it again.'));
      try {
        job = await withCall({ ...call, deadlineMs: nowMs() + requestDeadlineMs }, () =>
          ask(Results.method.getJob, { id: textOf(first, 'id') }),
        );
        failures = 0;
      } catch (error) {
        const { code, detail } = problemOf(error);
        if (final.has(code) || ++failures >= jobStreamFailures) return sink.end(error);
        sink.write(eventChunk({ event: 'waiting', data: JSON.stringify({ code, detail }) }));
      }
    }
    return undefined;
  }

  /** What changed, once; else a sign of life from time to time. @returns false where nobody reads */
  async function tell(
    sink: EventSink,
    signal: AbortSignal,
    { told, text, isEnd }: { readonly told: { text: string; atMs: number }; readonly text: string; readonly isEnd: boolean },
  ): Promise<boolean> {
    const isNews = text !== told.text;
    if (!isNews && nowMs() - told.atMs < heartbeatMs) return true;
    Object.assign(told, { text, atMs: nowMs() });
    const chunk = isNews ? eventChunk({ event: isEnd ? 'end' : 'progress', data: text }) : heartbeat;
    return sink.write(chunk) || drained(sink, signal);
  }

  return {
    open(sink, principal, job, requestId) {
      if (open.size >= maxJobStreams)
        throw problem('RATE_LIMITED', 'As many streams of computations are open on this gateway as may be.');
      const end = new AbortController();
      open.add(end);
      void follow(sink, job, { requestId, principal }, end.signal).finally(() => open.delete(end));
      return { onClosed: () => end.abort() };
    },
    stop() {
      for (const end of open) end.abort();
    },
  };
}

interface JobCall {
  readonly requestId: string;
  readonly principal: Principal;
}
