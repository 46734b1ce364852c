import { bulkAnswer, eventStreams, namedRevision } from '@stitchd/ofrep';
import type { GatewayContext } from '../context.ts';
import type { Ticket } from '../identity/stream-tickets.ts';
import { freshnessWaitMs } from '../limits.ts';
import type { DirectAnswer, DirectInput } from '../rest/endpoint.ts';
import { matchesETag } from '../rest/sdk/representation.ts';
import { awaitRevision } from './await-revision.ts';
import { whenEvaluable, type Evaluable } from './evaluable.ts';

/**
 * All flags for one context. What of it the application reads is not known here: it exposes where the environment says that a delivery
 * does, and nobody else.
 */
export function evaluateBulk(input: DirectInput, gateway: GatewayContext): DirectAnswer | Promise<DirectAnswer> {
  const evaluateNow = (): DirectAnswer | Promise<DirectAnswer> =>
    whenEvaluable(input, undefined, gateway, (evaluable) => answerAll(input, evaluable, gateway));
  const told = namedRevision(input.query['flagConfigEtag']);
  const principal = input.caller?.principal;
  if (told === undefined || principal === undefined) return evaluateNow();
  const feed = gateway.feed(principal);
  if ((feed.held()?.revision ?? 0) >= told) return evaluateNow();
  return awaitRevision(feed, told, freshnessWaitMs).then(evaluateNow);
}

function answerAll(input: DirectInput, { compiled, context, principal }: Evaluable, gateway: GatewayContext): DirectAnswer {
  const options = { nowMs: gateway.nowMs(), clientVisibleOnly: principal.keyKind !== 'server' };
  const { flags, hash } = bulkAnswer(compiled, context, options, {
    onAnswer: gateway.usage.delivery(principal, compiled, context),
    onExposure: gateway.exposures.delivery(principal, compiled, context),
  });
  gateway.usage.deliverConstant(principal, compiled, options.clientVisibleOnly);
  const keyHash = input.caller?.keyHash;
  const ticket = keyHash === undefined ? undefined : gateway.ticketFor(keyHash, compiled);
  const etags = etagsOf(hash, ticket);
  const ifNoneMatch = input.headers['if-none-match'];
  const held = ifNoneMatch === undefined ? undefined : etags.find((etag) => matchesETag(ifNoneMatch, [etag]));
  // Its own one: a client that took another for it would keep the ticket for longer than the ticket is taken.
  if (held !== undefined) return { status: 304, headers: { etag: held } };
  const streams = ticket === undefined ? '' : `,"eventStreams":${streamsOf(ticket, compiled.revision, gateway.publicUrl)}`;
  return {
    status: 200,
    text: `{"flags":${flags},"metadata":{"revision":${compiled.revision}}${streams}}`,
    headers: { etag: etags[0] },
  };
}

/** The ETag of an answer, and the one of the period before: its ticket is still taken. */
function etagsOf(hash: string, ticket: Ticket | undefined): readonly [string, ...string[]] {
  return ticket === undefined ? [`"${hash}"`] : [`"${hash}.${ticket.period}"`, `"${hash}.${ticket.period - 1}"`];
}

const written = new WeakMap<Ticket, { readonly revision: number; readonly text: string }>();

function streamsOf(ticket: Ticket, revision: number, publicUrl: string | undefined): string {
  const known = written.get(ticket);
  if (known?.revision === revision) return known.text;
  const text = eventStreams({ ticket: ticket.text, revision, publicUrl });
  written.set(ticket, { revision, text });
  return text;
}
