import { isProblem, withCall } from '@stitchd/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../identity/caller.ts';
import { credentialsOf } from '../identity/credentials.ts';
import { requestDeadlineMs } from '../limits.ts';
import type { Endpoint } from '../rest/endpoint.ts';
import type { Frame } from './frame.ts';
import { corsExposedHeaders, requireAllowedOrigin, requireOwnOrigin } from './origin.ts';
import { rateLimited } from './rate-limits.ts';

const guesses = ['UNAUTHENTICATED', 'KEY_UNKNOWN', 'KEY_REVOKED'] as const;

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
    refuseAfter(await frame.rateLimits.takeOfAddress(request.ip), reply);
    return undefined;
  }
  const caller = await identify(endpoint, request, reply, frame);
  if (caller === undefined) return undefined;
  refuseAfter(await frame.rateLimits.takeOf(caller.principal), reply);
  if (endpoint.crossOrigin === true) requireAllowedOrigin(origin, caller);
  return caller;
}

/** Guessing is limited by address: each wrong credential counts, and too many of them shut out the right ones too. */
async function identify(
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  frame: Frame,
): Promise<Caller | undefined> {
  refuseAfter(await frame.rateLimits.isAddressBlocked(request.ip), reply);
  const call = { requestId: request.id, principal: undefined, deadlineMs: frame.nowMs() + requestDeadlineMs };
  try {
    return await withCall(call, () => frame.authentication.authenticate(endpoint.access, credentialsOf(request.headers)));
  } catch (error) {
    if (guesses.some((code) => isProblem(error, code))) await frame.rateLimits.takeOfAddress(request.ip);
    throw error;
  }
}

function refuseAfter(seconds: number | undefined, reply: FastifyReply): void {
  if (seconds === undefined) return;
  reply.header('retry-after', seconds);
  throw rateLimited(seconds);
}
