import { isProblem, withCall } from '@stitchd/service-kit';
import type { RateLimits } from '../http/rate-limits.ts';
import { requestDeadlineMs } from '../limits.ts';
import type { EndpointAccess } from '../rest/endpoint.ts';
import type { Authentication } from './authenticate.ts';
import type { Caller } from './caller.ts';
import type { Credentials } from './credentials.ts';

export interface IdentifiedRequest {
  readonly id: string;
  readonly access: EndpointAccess;
  readonly credentials: Credentials;
  /** Of the client, beyond the proxies that are trusted. */
  readonly address: string;
}

export type Identified =
  | { readonly kind: 'identified'; readonly caller: Caller | undefined }
  /** Too many requests of this caller, or wrong credentials from this address. */
  | { readonly kind: 'limited'; readonly seconds: number };

const guesses = ['UNAUTHENTICATED', 'KEY_UNKNOWN', 'KEY_REVOKED'] as const;

/**
 * Who asks, on either port, and whether they may ask at this moment. Guessing is limited by address: each wrong credential
 * counts, and too many of them shut out the right ones too.
 * @throws what `Authentication.authenticate` throws
 */
export async function identify(
  request: IdentifiedRequest,
  {
    authentication,
    rateLimits,
    nowMs,
  }: { readonly authentication: Authentication; readonly rateLimits: RateLimits; readonly nowMs: () => number },
): Promise<Identified> {
  const blocked = await rateLimits.isAddressBlocked(request.address);
  if (blocked !== undefined) return { kind: 'limited', seconds: blocked };
  const call = { requestId: request.id, principal: undefined, deadlineMs: nowMs() + requestDeadlineMs };
  try {
    const caller = await withCall(call, () => authentication.authenticate(request.access, request.credentials));
    const seconds = caller && (await rateLimits.takeOf(caller.principal));
    return seconds === undefined ? { kind: 'identified', caller } : { kind: 'limited', seconds };
  } catch (error) {
    if (guesses.some((code) => isProblem(error, code))) await rateLimits.takeOfAddress(request.address);
    throw error;
  }
}
