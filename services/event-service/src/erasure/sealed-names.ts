import { createHash } from 'node:crypto';
import { problem, seal, unseal } from '@stitchd/service-kit';

/** Names a unit without telling its key: SHA-256 of the kind, U+0000 and the key. */
export function unitKeyHash(kind: string, key: string): Buffer {
  return createHash('sha256').update(`${kind}\0${key}`).digest();
}

/** What units are called in the event store, as it lies in PostgreSQL while their erasure is under way. */
export interface SealedNames {
  /** @throws INVALID_STATE where this process was given no STITCHD_SECRET_KEY */
  readonly seal: (erasureId: string, names: readonly string[]) => Uint8Array;
  /** Undefined: sealed under another key. */
  readonly open: (erasureId: string, sealed: Uint8Array) => readonly string[] | undefined;
}

export function createSealedNames(secretKey: Uint8Array | undefined, randomBytes: (bytes: number) => Uint8Array): SealedNames {
  const nameOf = (erasureId: string): string => `erasure ${erasureId}`;
  return {
    seal(erasureId, names) {
      if (secretKey === undefined)
        throw problem('INVALID_STATE', 'Units can not be erased: event-service was started without STITCHD_SECRET_KEY.');
      return seal(secretKey, nameOf(erasureId), JSON.stringify(names), randomBytes);
    },
    open(erasureId, sealed) {
      const text = secretKey && unseal(secretKey, nameOf(erasureId), sealed);
      return text === undefined ? undefined : (JSON.parse(text) as readonly string[]);
    },
  };
}
