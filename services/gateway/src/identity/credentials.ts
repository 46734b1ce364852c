import type { IncomingHttpHeaders } from 'node:http';

/** What a request shows to say who asks; a key's kind is told by its prefix. */
export type Credentials =
  | { readonly kind: 'none' }
  | { readonly kind: 'key'; readonly text: string }
  | { readonly kind: 'ticket'; readonly text: string }
  | { readonly kind: 'access-token'; readonly text: string };

const keyPrefix = /^(stsk|stck|stat)_/;
/** Longer ones are not ours: they are not hashed, verified or passed on. */
const maxLength = 8_192;

/** Reads Authorization, else X-Stitchd-SDK-Key, else OFREP's X-API-Key. */
export function credentialsOf(headers: IncomingHttpHeaders): Credentials {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return named(bearer);
  const key = headers['x-stitchd-sdk-key'] ?? headers['x-api-key'];
  return typeof key === 'string' && key !== '' ? { kind: 'key', text: key.slice(0, maxLength) } : { kind: 'none' };
}

function named(text: string): Credentials {
  if (text.length > maxLength) return { kind: 'none' };
  return { kind: keyPrefix.test(text) ? 'key' : 'access-token', text };
}
