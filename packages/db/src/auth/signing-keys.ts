import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';

/** A key that signs access tokens, as it is stored: of the whole installation, not of a tenant. */
export interface StoredSigningKey {
  readonly kid: string;
  readonly publicJwk: Readonly<Record<string, string>>;
  /** Encrypted; only who holds the secret key can open it. */
  readonly sealedPrivateJwk: Uint8Array;
}

/** The newest first. */
export async function readSigningKeys(tx: Tx): Promise<readonly StoredSigningKey[]> {
  const rows = await tx
    .selectFrom('auth.signing_key')
    .select(['kid', 'public_jwk', 'sealed_private_jwk'])
    .orderBy('created_at', 'desc')
    .orderBy('kid')
    .execute();
  return rows.map((row) => ({
    kid: row.kid,
    publicJwk: row.public_jwk as Readonly<Record<string, string>>,
    sealedPrivateJwk: row.sealed_private_jwk,
  }));
}

export async function insertSigningKey(tx: Tx, key: StoredSigningKey): Promise<void> {
  await tx
    .insertInto('auth.signing_key')
    .values({ kid: key.kid, public_jwk: jsonb(key.publicJwk), sealed_private_jwk: Buffer.from(key.sealedPrivateJwk) })
    .execute();
}
