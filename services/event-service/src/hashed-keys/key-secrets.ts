import { seal, unseal } from '@stitchd/service-kit';

/** One secret of an environment, and since when it is the one that keys are hashed with. */
export interface KeySecret {
  readonly secret: Uint8Array;
  readonly sinceMs: number;
}

/** Bytes of a secret: as many as the digest of HMAC-SHA-256 has (RFC 2104 §3). */
export const keySecretBytes = 32;

const nameOf = (environmentId: string): string => `key-secret ${environmentId}`;

/** Encrypts an environment's secrets under the installation's key: what lies in PostgreSQL alone tells nothing. */
export function sealKeySecrets(
  secretKey: Uint8Array,
  environmentId: string,
  secrets: readonly KeySecret[],
  randomBytes: (bytes: number) => Uint8Array,
): Uint8Array {
  const stored = secrets.map(({ secret, sinceMs }) => ({ secret: Buffer.from(secret).toString('base64'), sinceMs }));
  return seal(secretKey, nameOf(environmentId), JSON.stringify(stored), randomBytes);
}

/**
 * An environment's secrets, the newest first: that is the one that keys are hashed with. The others say what units were called
 * before, so that their rows can be found as long as there are any. Undefined: they were sealed under another key.
 */
export function openKeySecrets(
  secretKey: Uint8Array,
  environmentId: string,
  sealed: Uint8Array,
): readonly KeySecret[] | undefined {
  const text = unseal(secretKey, nameOf(environmentId), sealed);
  if (text === undefined) return undefined;
  const stored = JSON.parse(text) as readonly { readonly secret: string; readonly sinceMs: number }[];
  return stored.map(({ secret, sinceMs }) => ({ secret: Buffer.from(secret, 'base64'), sinceMs }));
}
