import {
  decodeBase64url,
  parseToken,
  type CompiledDefinitions,
  type TokenPayloads,
  type TokenPurpose,
  type UnsignedToken,
} from '@stitchd/core';

/** Signs and checks tokens of one environment by Web Crypto, which every runtime has. */
export interface TokenSigning {
  readonly environmentId: string;
  readonly sign: (token: UnsignedToken) => Promise<string>;
  /** Undefined for a token that counts for nothing: malformed, expired, of another environment, or signed by somebody else. */
  readonly read: <Purpose extends TokenPurpose>(
    purpose: Purpose,
    token: string,
    nowMs: number,
  ) => Promise<TokenPayloads[Purpose] | undefined>;
}

const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
const utf8 = new TextEncoder();

/** Undefined where there is no secret: no definitions, or an older server. */
export async function tokenSigningOf(compiled: CompiledDefinitions | undefined): Promise<TokenSigning | undefined> {
  const { signingSecret, environmentId } = compiled ?? {};
  const secret = signingSecret === undefined ? undefined : decodeBase64url(signingSecret);
  if (secret === undefined || environmentId === undefined) return undefined;
  const key = await crypto.subtle.importKey('raw', secret, algorithm, false, ['sign', 'verify']);
  return {
    environmentId,
    sign: async (token) =>
      token.sign(new Uint8Array(await crypto.subtle.sign(algorithm.name, key, utf8.encode(token.signedText)))),
    async read(purpose, token, nowMs) {
      const parsed = parseToken(purpose, token, { environmentId, nowMs });
      if (parsed.kind !== 'parsed') return undefined;
      const isAuthentic = await crypto.subtle.verify(algorithm.name, key, parsed.mac, utf8.encode(parsed.signedText));
      return isAuthentic ? parsed.payload : undefined;
    },
  };
}
