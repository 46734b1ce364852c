import { problem } from '@stitchd/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { eventStreamKeepAliveMs } from '../limits.ts';
import type { Answer, Endpoint } from '../rest/endpoint.ts';
import { createEventSink } from '../sync/event-sink.ts';
import { shownTo } from './admit.ts';
import type { Frame } from './frame.ts';

/**
 * Turns a reply into a stream of server-sent events, within the places for streams.
 * @throws RATE_LIMITED, SERVICE_UNAVAILABLE, KEY_REVOKED before anything is sent
 */
export function openEventStream(
  events: NonNullable<Answer['events']>,
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  { authentication, places, metrics }: Frame,
): FastifyReply {
  if (request.method === 'HEAD') return reply.type('text/event-stream').send();
  const { raw } = reply;
  if (raw.destroyed) return reply.hijack();
  // From here to where the feed knows the stream nothing may be awaited: a revocation in between would miss it.
  // People's streams are not found by a revocation: they last a few minutes.
  const caller =
    endpoint.access === 'people'
      ? request.caller && { ...request.caller, keyHash: '' }
      : authentication.recallKey(endpoint.access, shownTo(endpoint, request));
  if (caller === undefined) throw problem('SERVICE_UNAVAILABLE', 'The key was changed just now; try again.');
  const place = places.take(caller.principal.keyKind === 'server' ? 'server' : 'client');
  try {
    place.giveTo(caller.principal.organisationId);
    // `no-transform` and the last one keep proxies from holding events back.
    const head = {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    };
    for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...head }))
      if (value !== undefined) raw.setHeader(name, value);
    raw.statusCode = reply.statusCode;
    const { onClosed } = events({
      sink: createEventSink(raw, endpoint.ofrep === true ? undefined : request.id),
      keyHash: caller.keyHash,
    });
    metrics.streams.inc({ form: 'events' });
    raw.once('close', () => {
      place.giveBack();
      metrics.streams.dec({ form: 'events' });
      onClosed();
    });
  } catch (error) {
    place.giveBack();
    throw error;
  }
  reply.hijack();
  // The request lives for as long as its stream; what it brought need not.
  request.body = undefined;
  raw.on('error', () => undefined);
  raw.socket?.setKeepAlive(true, eventStreamKeepAliveMs);
  raw.socket?.setNoDelay(true);
  raw.flushHeaders();
  return reply;
}
