import { decodeProtectedHeader, errors, importJWK, jwtVerify, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { createBoundedMap } from './bounded-map.ts';
import { accessTokenLeewaySeconds, maxCachedTokens, verificationKeysRefetchMs } from './limits.ts';

/** What a token turned out to be. `unavailable`: its key is not known here and can't be asked for now. */
export type VerifiedToken =
  | { readonly kind: 'valid'; readonly claims: JWTPayload }
  | { readonly kind: 'expired' }
  | { readonly kind: 'invalid' }
  | { readonly kind: 'unavailable' };

/**
 * Verifies people's access tokens (EdDSA) with a key set that is fetched once and again when a token names a key that is
 * not in it, at most once a second.
 * @param options.fetchKeys - answers a JSON Web Key Set as text
 */
export function createAccessTokenVerifier(options: {
  readonly fetchKeys: () => Promise<string>;
  readonly issuer: string;
  readonly audience: string;
  readonly nowMs: () => number;
}): (token: string) => Promise<VerifiedToken> {
  const keys = createVerificationKeys(options.fetchKeys, options.nowMs);
  const verified = createBoundedMap<JWTPayload>(maxCachedTokens);

  return async (token) => {
    const known = verified.get(token);
    if (known !== undefined) {
      if (options.nowMs() < ((known.exp ?? 0) + accessTokenLeewaySeconds) * 1_000) return { kind: 'valid', claims: known };
      verified.delete(token);
      return { kind: 'expired' };
    }
    try {
      const key = await keys.find(decodeProtectedHeader(token).kid ?? '');
      if (key === 'unavailable') return { kind: 'unavailable' };
      if (key === undefined) return { kind: 'invalid' };
      const { payload } = await jwtVerify(token, key, {
        algorithms: ['EdDSA'],
        issuer: options.issuer,
        audience: options.audience,
        requiredClaims: ['exp', 'sub'],
        clockTolerance: accessTokenLeewaySeconds,
        currentDate: new Date(options.nowMs()),
      });
      verified.set(token, payload);
      return { kind: 'valid', claims: payload };
    } catch (error) {
      // Whatever else is wrong with it, a token that does not verify names nobody.
      return error instanceof errors.JWTExpired ? { kind: 'expired' } : { kind: 'invalid' };
    }
  };
}

function createVerificationKeys(fetchKeys: () => Promise<string>, nowMs: () => number) {
  let keys = new Map<string, CryptoKey>();
  let fetchedAtMs = Number.NEGATIVE_INFINITY;
  let fetching: Promise<'fetched' | 'unavailable'> | undefined;

  async function fetch(): Promise<'fetched' | 'unavailable'> {
    try {
      const set = JSON.parse(await fetchKeys()) as { readonly keys: readonly JWK[] };
      const imported = set.keys.map(async (jwk) => [jwk.kid ?? '', (await importJWK(jwk, 'EdDSA')) as CryptoKey] as const);
      keys = new Map(await Promise.all(imported));
      fetchedAtMs = nowMs();
      return 'fetched';
    } catch {
      return 'unavailable';
    } finally {
      fetching = undefined;
    }
  }

  return {
    async find(kid: string): Promise<CryptoKey | 'unavailable' | undefined> {
      const known = keys.get(kid);
      if (known !== undefined) return known;
      if (nowMs() - fetchedAtMs < verificationKeysRefetchMs) return undefined;
      fetching ??= fetch();
      return (await fetching) === 'fetched' ? keys.get(kid) : 'unavailable';
    },
  };
}
