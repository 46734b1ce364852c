import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../identity/caller.ts';
import { credentialsOf, type Credentials } from '../identity/credentials.ts';
import { identify, identifyKnown, type Identified, type IdentifiedRequest } from '../identity/identify.ts';
import type { Endpoint } from '../rest/endpoint.ts';
import type { Frame } from './frame.ts';
import { corsExposedHeaders, requireAllowedOrigin, requireOwnOrigin } from './origin.ts';
import { rateLimited } from './rate-limits.ts';

/** Who may go on to an endpoint, before its body is read: credentials, origin, rate limits. */
export async function admit(
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  frame: Frame,
): Promise<Caller | undefined> {
  allowReading(endpoint, request, reply);
  if (endpoint.access === 'public') return undefined;
  if (endpoint.access === 'cookie') {
    requireOwnOrigin(request.headers, request.host, frame.context.publicUrl);
    const seconds = frame.rateLimits.takeOfAddress(request.ip);
    return seconds === undefined ? undefined : refuseAfter(seconds, reply);
  }
  return admitted(endpoint, await identify(asked(endpoint, request), frame), request, reply);
}

/** The same for a caller that is remembered, at once. Undefined: it has to be admitted by asking. */
export function admitKnown(endpoint: Endpoint, request: FastifyRequest, reply: FastifyReply, frame: Frame): Caller | undefined {
  allowReading(endpoint, request, reply);
  const identified = identifyKnown(asked(endpoint, request), frame);
  return identified && admitted(endpoint, identified, request, reply);
}

function asked(endpoint: Endpoint, request: FastifyRequest): IdentifiedRequest {
  const { id, ip: address } = request;
  return { id, address, access: endpoint.access, credentials: shownTo(endpoint, request) };
}

/** The credentials that count for an endpoint: those in the headers, but for streams whose clients can't send any. */
export function shownTo({ access }: Endpoint, { headers, query }: FastifyRequest): Credentials {
  if (access !== 'ticket') return credentialsOf(headers);
  const { ticket } = query as { readonly ticket?: unknown };
  return typeof ticket === 'string' ? { kind: 'ticket', text: ticket } : { kind: 'none' };
}

function admitted(endpoint: Endpoint, identified: Identified, request: FastifyRequest, reply: FastifyReply): Caller | undefined {
  if (identified.kind === 'limited') return refuseAfter(identified.seconds, reply);
  const { caller } = identified;
  if (caller !== undefined && endpoint.crossOrigin === true) requireAllowedOrigin(request.headers.origin, caller);
  return caller;
}

/** An answer that a page can't read would hide from its developer what is wrong. */
function allowReading(endpoint: Endpoint, { headers: { origin } }: FastifyRequest, reply: FastifyReply): void {
  if (endpoint.crossOrigin !== true || origin === undefined) return;
  reply.headers({
    'access-control-allow-origin': origin,
    'access-control-expose-headers': corsExposedHeaders,
    'cross-origin-resource-policy': 'cross-origin',
    vary: 'Origin',
  });
}

function refuseAfter(seconds: number, reply: FastifyReply): never {
  reply.header('retry-after', seconds);
  throw rateLimited(seconds);
}
