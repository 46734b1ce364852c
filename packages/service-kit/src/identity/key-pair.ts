import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import type { SignerName } from '../service-names.ts';

/** An Ed25519 key of one process; `kid` is `<signer>:<thumbprint>`. */
export interface SigningKey {
  readonly signer: SignerName;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

export interface StoredKeyPair {
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

export async function generateStoredKeyPair(signer: SignerName): Promise<StoredKeyPair> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const kid = `${signer}:${await calculateJwkThumbprint(publicJwk)}`;
  return { privateJwk: { ...(await exportJWK(privateKey)), kid }, publicJwk: { ...publicJwk, kid } };
}

export async function toSigningKey(signer: SignerName, stored: StoredKeyPair): Promise<SigningKey> {
  const privateKey = (await importJWK(stored.privateJwk, 'EdDSA')) as CryptoKey;
  return { signer, kid: stored.publicJwk.kid ?? '', privateKey, publicJwk: stored.publicJwk };
}

/** Which signer a key id belongs to; a key may speak for no other. */
export function signerOfKid(kid: string): string {
  return kid.slice(0, kid.indexOf(':'));
}
