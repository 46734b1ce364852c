import { isPlainObject } from '../context/plain-object.ts';
import { decodeBase64url, encodeBase64url, utf8Bytes, utf8Text } from './base64url.ts';
import { readPayload } from './read-payload.ts';
import { tokenLimits } from './token-limits.ts';
import type { TokenPayloads, TokenPurpose } from './token-payload.ts';

/** A token that lacks its signature. */
export interface UnsignedToken {
  /** ASCII: what HMAC-SHA256 is taken of, under the environment's signing secret. */
  readonly signedText: string;
  /** @param mac - the 32 bytes of the HMAC */
  readonly sign: (mac: Uint8Array) => string;
}

/** What a token says if its signature holds: compare `mac` with the HMAC of `signedText` before believing it. */
export interface ParsedToken<Payload> {
  readonly kind: 'parsed';
  readonly signedText: string;
  readonly mac: Uint8Array<ArrayBuffer>;
  readonly payload: Payload;
}

/** Why a token counts for nothing. */
export type UselessToken = { readonly kind: 'malformed' | 'expired' | 'other-environment' };

const macBytes = 32;
/** Characters of a signature with the full stop before it. */
const macCharacters = 44;

/**
 * Makes a token ready to be signed.
 *
 * @returns `undefined` where it would be longer than `tokenLimits` allows
 */
export function unsignedToken<Purpose extends TokenPurpose>(
  purpose: Purpose,
  payload: TokenPayloads[Purpose],
): UnsignedToken | undefined {
  const body = encodeBase64url(utf8Bytes(JSON.stringify(payload)));
  if (body.length + macCharacters > tokenLimits.characters[purpose]) return undefined;
  return { signedText: `${purpose}.${body}`, sign: (mac) => `${body}.${encodeBase64url(mac)}` };
}

/**
 * Takes a token apart. Never throws, whatever it is given.
 *
 * @param environmentId - where the token has to be from
 * @param nowMs - epoch milliseconds
 */
export function parseToken<Purpose extends TokenPurpose>(
  purpose: Purpose,
  token: unknown,
  { environmentId, nowMs }: { readonly environmentId: string; readonly nowMs: number },
): ParsedToken<TokenPayloads[Purpose]> | UselessToken {
  if (typeof token !== 'string' || token.length > tokenLimits.characters[purpose]) return { kind: 'malformed' };
  const [body = '', signature = '', ...more] = token.split('.');
  const mac = decodeBase64url(signature);
  const payload = more.length === 0 && mac?.length === macBytes ? payloadOf(purpose, body) : undefined;
  if (payload === undefined || mac === undefined) return { kind: 'malformed' };
  if (payload.env !== environmentId) return { kind: 'other-environment' };
  if (!(nowMs < payload.exp)) return { kind: 'expired' };
  return { kind: 'parsed', signedText: `${purpose}.${body}`, mac, payload };
}

function payloadOf<Purpose extends TokenPurpose>(purpose: Purpose, body: string): TokenPayloads[Purpose] | undefined {
  const bytes = decodeBase64url(body);
  const text = bytes && utf8Text(bytes);
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isPlainObject(parsed) ? readPayload(purpose, parsed) : undefined;
  } catch {
    return undefined;
  }
}
