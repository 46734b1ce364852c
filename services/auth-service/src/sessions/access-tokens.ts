import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Database } from '@stitchd/db';
import { insertSigningKey, lockOnceForAll, readSigningKeys, type StoredSigningKey } from '@stitchd/db/auth';
import { seal, unseal } from '@stitchd/service-kit';
import { authLimits } from '../limits.ts';

/** What an access token says of its bearer. */
export interface AccessClaims {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly organisationId: string;
  readonly organisationKey: string;
  readonly role: string;
  readonly sessionId: string;
}

export interface AccessTokens {
  readonly sign: (claims: AccessClaims) => Promise<{ readonly token: string; readonly expiresAt: Date }>;
  /** A JSON Web Key Set of every public key whose tokens may still be about. */
  readonly verificationKeys: () => Promise<string>;
  /** Finds or makes the key that this process signs with; afterwards signing needs no store. */
  readonly prepare: () => Promise<void>;
}

interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
}

const algorithm = 'EdDSA';
/** Both issuer and audience: the tokens of an installation are for itself. */
const installation = 'stitchd';

export function createAccessTokens(options: {
  readonly database: Database;
  readonly secretKey: Uint8Array;
  readonly nowMs: () => number;
  readonly randomBytes: (bytes: number) => Uint8Array;
}): AccessTokens {
  let preparing: Promise<SigningKey> | undefined;

  function signingKey(): Promise<SigningKey> {
    preparing ??= findOrMakeKey(options).catch((error: unknown) => {
      // The store was away: the next call tries again.
      preparing = undefined;
      throw error;
    });
    return preparing;
  }

  return {
    async sign(claims) {
      const { kid, privateKey } = await signingKey();
      const issuedAt = Math.floor(options.nowMs() / 1_000);
      const expiresAt = issuedAt + authLimits.accessTokenSeconds;
      const token = await new SignJWT({
        org: claims.organisationId,
        org_key: claims.organisationKey,
        role: claims.role,
        sid: claims.sessionId,
        email: claims.email,
        name: claims.name,
      })
        .setProtectedHeader({ alg: algorithm, kid })
        .setIssuer(installation)
        .setAudience(installation)
        .setSubject(claims.userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(privateKey);
      return { token, expiresAt: new Date(expiresAt * 1_000) };
    },
    async verificationKeys() {
      await signingKey();
      const stored = await options.database.beforeTenant(readSigningKeys);
      return JSON.stringify({ keys: stored.map(({ publicJwk }) => publicJwk) });
    },
    prepare: async () => void (await signingKey()),
  };
}

/**
 * The newest key that our secret key opens. Where none does (the first start, or a new secret key) one more is made: the
 * old public keys stay in the set, so that a replica with the old secret key and the tokens that it signed stay valid.
 */
async function findOrMakeKey(options: Parameters<typeof createAccessTokens>[0]): Promise<SigningKey> {
  const fresh = await makeStoredKey(options.secretKey, options.randomBytes);
  return options.database.beforeTenant(async (tx) => {
    await lockOnceForAll(tx, 'signing-key');
    for (const stored of await readSigningKeys(tx)) {
      const opened = await openKey(stored, options.secretKey);
      if (opened !== undefined) return opened;
    }
    await insertSigningKey(tx, fresh.stored);
    return fresh.key;
  });
}

async function openKey(stored: StoredSigningKey, secretKey: Uint8Array): Promise<SigningKey | undefined> {
  const text = unseal(secretKey, stored.kid, stored.sealedPrivateJwk);
  if (text === undefined) return undefined;
  return { kid: stored.kid, privateKey: (await importJWK(JSON.parse(text) as JWK, algorithm)) as CryptoKey };
}

async function makeStoredKey(secretKey: Uint8Array, randomBytes: (bytes: number) => Uint8Array) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(publicJwk);
  const stored: StoredSigningKey = {
    kid,
    publicJwk: { kty: 'OKP', crv: 'Ed25519', x: publicJwk.x ?? '', kid, alg: algorithm, use: 'sig' },
    sealedPrivateJwk: seal(secretKey, kid, JSON.stringify(await exportJWK(privateKey)), randomBytes),
  };
  return { stored, key: { kid, privateKey } };
}
