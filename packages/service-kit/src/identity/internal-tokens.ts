import { decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import type { ServiceName } from '../service-names.ts';
import { createBoundedMap } from './bounded-map.ts';
import { signerOfKid, type SigningKey } from './key-pair.ts';
import type { KeyRing } from './key-ring.ts';
import { internalTokenLeewaySeconds, internalTokenLifetimeSeconds, maxCachedTokens } from './limits.ts';
import type { Principal } from './principal.ts';

export type SignPrincipal = (principal: Principal, audience: ServiceName) => Promise<string>;

/** Signs principals for one process; a token is used again until half of its life is over. */
export function createPrincipalSigner(key: SigningKey, nowMs: () => number): SignPrincipal {
  const made = createBoundedMap<{ readonly token: string; readonly renewAtMs: number }>(maxCachedTokens);
  return async (principal, audience) => {
    const cacheKey = `${audience} ${JSON.stringify(principal)}`;
    const known = made.get(cacheKey);
    if (known && nowMs() < known.renewAtMs) return known.token;
    const issuedAt = Math.floor(nowMs() / 1_000);
    const token = await new SignJWT({ principal: { ...principal } })
      .setProtectedHeader({ alg: 'EdDSA', kid: key.kid })
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(issuedAt + internalTokenLifetimeSeconds)
      .sign(key.privateKey);
    made.set(cacheKey, { token, renewAtMs: nowMs() + (internalTokenLifetimeSeconds * 1_000) / 2 });
    return token;
  };
}

export type VerifyPrincipal = (token: string) => Promise<Principal | undefined>;

/**
 * Verifies tokens for one audience. Undefined: not signed by us, not for us, expired, or signed by somebody who may not
 * speak for that principal: only the gateway may name people and keys, every other process only itself.
 */
export function createPrincipalVerifier(audience: ServiceName, keyRing: KeyRing, nowMs: () => number): VerifyPrincipal {
  const verified = createBoundedMap<{ readonly principal: Principal; readonly untilMs: number }>(maxCachedTokens);
  return async (token) => {
    const known = verified.get(token);
    if (known) {
      if (nowMs() < known.untilMs) return known.principal;
      verified.delete(token);
    }
    try {
      const kid = decodeProtectedHeader(token).kid ?? '';
      const key = await keyRing.publicKey(kid);
      if (key === undefined) return undefined;
      const { payload } = await jwtVerify<{ principal: Principal }>(token, key, {
        algorithms: ['EdDSA'],
        audience,
        clockTolerance: internalTokenLeewaySeconds,
        currentDate: new Date(nowMs()),
      });
      const { principal } = payload;
      if (!maySpeakFor(signerOfKid(kid), principal)) return undefined;
      verified.set(token, { principal, untilMs: ((payload.exp ?? 0) + internalTokenLeewaySeconds) * 1_000 });
      return principal;
    } catch {
      // Whatever is wrong with it, a token that does not verify names nobody.
      return undefined;
    }
  };
}

function maySpeakFor(signer: string, principal: Principal): boolean {
  return principal.kind === 'service' ? principal.id === signer : signer === 'gateway';
}
