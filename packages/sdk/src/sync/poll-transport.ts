import { readDefinitionsDocument } from '@stitchd/core';
import { runLater, sleep } from '../background-timer.ts';
import { type HttpTransportOptions, isOfType, questionHeaders, whyUnusable } from './http-question.ts';
import { readBody } from './read-body.ts';
import type { Transport, TransportSession } from './transport.ts';
import { closed, lost, type TransportEnd, unfit } from './transport-end.ts';

export interface PollTransportOptions extends HttpTransportOptions {
  readonly pollIntervalMs: number;
}

/** Asks for the whole of the definitions again and again; while nothing changes the server answers a few bytes. */
export function pollTransport(options: PollTransportOptions): Transport {
  /** Of the state that was taken over last, and by it alone: what is here may come from elsewhere since. */
  let known: { readonly etag: string; readonly revision: bigint; readonly checksum: bigint } | undefined;

  const ask = async (session: TransportSession, have: Have, signal: AbortSignal): Promise<TransportEnd | undefined> => {
    const isKnown = known !== undefined && known.revision === have.revision && known.checksum === have.checksum;
    const answer = await options.platform.get(`${options.url}/v1/sdk/definitions`, {
      headers: {
        ...questionHeaders(options, 'application/json'),
        ...(isKnown && known !== undefined && { 'if-none-match': known.etag }),
      },
      signal,
    });
    if (answer.status === 304 && isKnown) {
      await readBody(answer.body, 0);
      session.onUnchanged();
      return undefined;
    }
    if (answer.status !== 200 || !isOfType(answer, 'application/json')) return whyUnusable(answer, options);
    const read = readDefinitionsDocument(await readBody(answer.body, options.limits.maxSyncMessageBytes));
    if (read.kind === 'unusable') return lost(`the definitions can't be read: ${read.why}`);
    session.onEnvironment(read.environmentId);
    if (!session.onMessage(read.message)) return unfit;
    const { revision, checksum } = read.message;
    have.revision = BigInt(revision);
    have.checksum = checksum;
    const etag = answer.header('etag');
    known = etag === undefined ? undefined : { etag, revision: have.revision, checksum };
    return undefined;
  };
  return {
    kind: 'poll',
    async run(session) {
      const have: Have = { revision: session.haveRevision, checksum: session.haveChecksum };
      for (;;) {
        const end = await inTime(options, session.signal, (signal) => ask(session, have, signal));
        if (session.signal.aborted) return closed;
        if (end !== undefined) return end;
        // Half of it, and up to as much again: clients that began together don't stay together.
        await sleep(options.pollIntervalMs * (0.5 + options.platform.random()), session.signal);
        if (session.signal.aborted) return closed;
      }
    },
  };
}

/** What the last answer led to. */
interface Have {
  revision: bigint;
  checksum: bigint;
}

/** Never rejects. */
async function inTime(
  { limits, url }: PollTransportOptions,
  outer: AbortSignal,
  ask: (signal: AbortSignal) => Promise<TransportEnd | undefined>,
): Promise<TransportEnd | undefined> {
  const hangUp = new AbortController();
  const onAbort = (): void => hangUp.abort();
  outer.addEventListener('abort', onAbort);
  if (outer.aborted) onAbort();
  let isLate = false;
  const stopWaiting = runLater(limits.pollTimeoutMs, () => {
    isLate = true;
    hangUp.abort();
  });
  try {
    return await ask(hangUp.signal);
  } catch (error) {
    return isLate ? lost(`${url} did not answer in full within ${limits.pollTimeoutMs} ms`) : lost(error);
  } finally {
    stopWaiting();
    outer.removeEventListener('abort', onAbort);
    // Whatever was not read of an answer is let go.
    hangUp.abort();
  }
}
