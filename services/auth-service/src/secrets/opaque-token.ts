import { createHash } from 'node:crypto';

export interface OpaqueToken {
  /** Given out once. */
  readonly text: string;
  readonly sha256: Uint8Array;
}

const tokenBytes = 32;

/** A refresh token or a sign-in link: 256 random bits that mean nothing by themselves. */
export function makeOpaqueToken(randomBytes: (bytes: number) => Uint8Array): OpaqueToken {
  const text = Buffer.from(randomBytes(tokenBytes)).toString('base64url');
  return { text, sha256: sha256Of(text) };
}

/** What is stored of a secret of 256 random bits: looked up by equality, since nobody can steer a hash. */
export function sha256Of(text: string): Uint8Array {
  return createHash('sha256').update(text, 'utf8').digest();
}
