import type { Publication } from '@stitchd/db/platform';

/** Bytes of an environment's signing secret: as many as the digest of HMAC-SHA256 has (RFC 2104 §3). */
export const signingSecretBytes = 32;

/** The secret that gateways and server SDKs of an environment share, as they get it. */
export function signingSecretPublication(environmentId: string, secret: Uint8Array): NonNullable<Publication['upsert']> {
  const body = { key: 'environment', signingSecret: Buffer.from(secret).toString('base64url') };
  return [{ kind: 'environment', id: environmentId, body: JSON.stringify(body) }];
}
