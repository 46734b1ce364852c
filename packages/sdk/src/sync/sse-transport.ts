import { readReplicaMessage } from '@stitchd/core';
import { runLater } from '../background-timer.ts';
import { type HttpTransportOptions, isOfType, questionHeaders, readProblem, whyUnusable } from './http-question.ts';
import { createEventReader, type ServerSentEvent } from './server-sent-events.ts';
import type { Transport, TransportSession } from './transport.ts';
import { closed, lost, type TransportEnd, unfit } from './transport-end.ts';
import { startWatchdog } from './watchdog.ts';

/** Follows definitions by server-sent events, where gRPC does not get through. */
export function sseTransport(options: HttpTransportOptions): Transport {
  return { kind: 'sse', run: (session) => runEvents(options, session) };
}

async function runEvents(options: HttpTransportOptions, session: TransportSession): Promise<TransportEnd> {
  const { limits, platform, url } = options;
  let end: TransportEnd | undefined;
  const hangUp = new AbortController();
  const finish = (how: TransportEnd): void => {
    end ??= how;
    hangUp.abort();
  };
  const onAbort = (): void => finish(closed);
  session.signal.addEventListener('abort', onAbort);
  if (session.signal.aborted) onAbort();
  const stopWaiting = runLater(limits.answerTimeoutMs, () =>
    finish({ kind: 'lost', message: `${url} did not answer within ${limits.answerTimeoutMs} ms` }),
  );
  const watchdog = startWatchdog(platform.monotonicMs, limits, (message) => finish({ kind: 'lost', message }));
  const read = createEventReader(limits.maxSyncMessageBytes, (event) => {
    watchdog.heardMessage();
    const ended = end ?? takeEvent(event, session);
    if (ended !== undefined) finish(ended);
  });
  try {
    const answer = await platform.get(`${url}/v1/sdk/definitions/stream`, {
      headers: {
        ...questionHeaders(options, 'text/event-stream'),
        ...(session.haveRevision > 0n && { 'last-event-id': eventId(session) }),
      },
      signal: hangUp.signal,
    });
    stopWaiting();
    if (answer.status !== 200 || !isOfType(answer, 'text/event-stream')) finish(await whyUnusable(answer, options));
    else {
      const environmentId = answer.header('stitchd-environment-id');
      if (environmentId !== undefined) session.onEnvironment(environmentId);
      for await (const bytes of answer.body) {
        watchdog.heardBytes();
        read(bytes);
        if (end !== undefined) break;
      }
    }
    finish(lost('the stream ended'));
  } catch (error) {
    finish(lost(error));
  } finally {
    stopWaiting();
    watchdog.stop();
    session.signal.removeEventListener('abort', onAbort);
  }
  return end ?? closed;
}

function eventId({ haveRevision, haveChecksum }: TransportSession): string {
  return `${haveRevision}-${haveChecksum.toString(16).padStart(16, '0')}`;
}

/** @returns how the connection ends, or undefined where it goes on */
function takeEvent({ type, data }: ServerSentEvent, session: TransportSession): TransportEnd | undefined {
  if (type === 'error') {
    const problem = readProblem(data);
    return { kind: problem?.isRefusal ? 'refused' : 'lost', message: problem?.message ?? 'the server ended the stream' };
  }
  if (type !== 'message') return undefined;
  const read = readReplicaMessage(data);
  if (read.kind === 'unusable') return lost(`a message can't be read: ${read.why}`);
  return session.onMessage(read.message) ? undefined : unfit;
}
