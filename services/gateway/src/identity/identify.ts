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

interface IdentifyingParts {
  readonly authentication: Authentication;
  readonly rateLimits: RateLimits;
  readonly nowMs: () => number;
}

function counted(caller: Caller | undefined, rateLimits: RateLimits): Identified {
  const seconds = caller && rateLimits.takeOf(caller.principal);
  return seconds === undefined ? { kind: 'identified', caller } : { kind: 'limited', seconds };
}

function noteGuess(error: unknown, address: string, rateLimits: RateLimits): void {
  if (guesses.some((code) => isProblem(error, code))) rateLimits.takeOfAddress(address);
}

/**
 * The same as `identify` for a key that is remembered, at once. Undefined: it has to be asked for.
 * @throws what `Authentication.recallKey` throws
 */
export function identifyKnown(request: IdentifiedRequest, parts: IdentifyingParts): Identified | undefined {
  const { authentication, rateLimits } = parts;
  const blocked = rateLimits.isAddressBlocked(request.address);
  if (blocked !== undefined) return { kind: 'limited', seconds: blocked };
  try {
    const caller = authentication.recallKey(request.access, request.credentials);
    return caller && counted(caller, rateLimits);
  } catch (error) {
    noteGuess(error, request.address, rateLimits);
    throw error;
  }
}

/**
 * Who asks, on either port, and whether they may ask at this moment. Guessing is limited by address: each wrong credential
 * counts, and too many of them shut out the right ones too.
 * @throws what `Authentication.authenticate` throws
 */
export async function identify(request: IdentifiedRequest, parts: IdentifyingParts): Promise<Identified> {
  const known = identifyKnown(request, parts);
  if (known !== undefined) return known;
  const { authentication, rateLimits, nowMs } = parts;
  const call = { requestId: request.id, principal: undefined, deadlineMs: nowMs() + requestDeadlineMs };
  try {
    return counted(await withCall(call, () => authentication.authenticate(request.access, request.credentials)), rateLimits);
  } catch (error) {
    noteGuess(error, request.address, rateLimits);
    throw error;
  }
}
