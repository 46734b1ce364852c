import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../identity/caller.ts';
import { credentialsOf } from '../identity/credentials.ts';
import { identify } from '../identity/identify.ts';
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
  const { origin } = request.headers;
  // An answer that a page can't read would hide from its developer what is wrong.
  if (endpoint.crossOrigin === true && origin !== undefined)
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': corsExposedHeaders,
      'cross-origin-resource-policy': 'cross-origin',
      vary: 'Origin',
    });
  if (endpoint.access === 'public') return undefined;
  if (endpoint.access === 'cookie') {
    requireOwnOrigin(request.headers, request.host, frame.config.publicUrl);
    const seconds = await frame.rateLimits.takeOfAddress(request.ip);
    return seconds === undefined ? undefined : refuseAfter(seconds, reply);
  }
  const { id, ip: address, headers } = request;
  const identified = await identify({ id, address, access: endpoint.access, credentials: credentialsOf(headers) }, frame);
  if (identified.kind === 'limited') return refuseAfter(identified.seconds, reply);
  const { caller } = identified;
  if (caller === undefined) return undefined;
  if (endpoint.crossOrigin === true) requireAllowedOrigin(origin, caller);
  return caller;
}

function refuseAfter(seconds: number, reply: FastifyReply): never {
  reply.header('retry-after', seconds);
  throw rateLimited(seconds);
}
