import type { IncomingHttpHeaders } from 'node:http';
import { problem } from '@stitchd/service-kit';
import type { Caller } from '../identity/caller.ts';

/** What a page of another origin may send and read where SDK keys are used; there are no cookies there to protect. */
export const corsHeaders = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers':
    'authorization, content-encoding, content-type, if-none-match, x-api-key, x-request-id, x-stitchd-sdk-key',
  'access-control-max-age': '600',
} as const;
export const corsExposedHeaders = 'etag, retry-after, x-request-id';

/**
 * Only our own pages may use the refresh cookie. Browsers always name the origin of a POST; other programs don't, and have
 * no cookie that a foreign page could misuse.
 * @param publicUrl - where people reach us through a proxy, if any
 * @throws ORIGIN_NOT_ALLOWED
 */
export function requireOwnOrigin(headers: IncomingHttpHeaders, host: string, publicUrl: string | undefined): void {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  const isForeignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (origin === undefined && !isForeignSite) return;
  const isOwn = origin !== undefined && (hostOf(origin) === host || (publicUrl !== undefined && origin === originOf(publicUrl)));
  if (!isOwn) throw problem('ORIGIN_NOT_ALLOWED', 'Sessions can be used from the pages of this gateway only.');
}

/** @throws ORIGIN_NOT_ALLOWED where a client key says from which origins it may be used, and this is none of them */
export function requireAllowedOrigin(origin: string | undefined, { allowedOrigins, principal }: Caller): void {
  if (origin === undefined || allowedOrigins.length === 0 || allowedOrigins.includes(origin)) return;
  throw problem('ORIGIN_NOT_ALLOWED', `The key ${principal.name} may not be used from ${origin}.`);
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
