import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  decodeBase64url,
  parseToken,
  type CompiledDefinitions,
  type TokenPayloads,
  type TokenPurpose,
  type UnsignedToken,
  type UselessToken,
} from '@stitchd/core';

/** What tokens of an environment are signed with. */
export interface Signing {
  readonly environmentId: string;
  readonly sign: (token: UnsignedToken) => string;
  readonly read: <Purpose extends TokenPurpose>(
    purpose: Purpose,
    token: string,
    nowMs: number,
  ) => { readonly kind: 'valid'; readonly payload: TokenPayloads[Purpose] } | UselessToken | { readonly kind: 'forged' };
}

/** Undefined where the environment has no secret, as one whose flag-service is older. */
export function signingOf({ signingSecret, environmentId }: CompiledDefinitions): Signing | undefined {
  if (signingSecret === undefined || environmentId === undefined) return undefined;
  const secret = decodeBase64url(signingSecret);
  if (secret === undefined) return undefined;
  const macOf = (text: string): Buffer => createHmac('sha256', secret).update(text).digest();
  return {
    environmentId,
    sign: (token) => token.sign(macOf(token.signedText)),
    read(purpose, token, nowMs) {
      const parsed = parseToken(purpose, token, { environmentId, nowMs });
      if (parsed.kind !== 'parsed') return parsed;
      const isAuthentic = timingSafeEqual(parsed.mac, macOf(parsed.signedText));
      return isAuthentic ? { kind: 'valid', payload: parsed.payload } : { kind: 'forged' };
    },
  };
}
