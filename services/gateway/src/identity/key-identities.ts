import { hash } from 'node:crypto';
import type { KeyIdentity } from '@stitchd/proto/auth/v1/auth';
import { createBoundedMap, isProblem, problem } from '@stitchd/service-kit';
import { maxKnownKeys, maxUnknownKeys, unknownKeyMs } from '../limits.ts';
import { callerOfKey, type Caller } from './caller.ts';
import type { Hearing } from './invalidations.ts';

/** A caller known by a key, with the key's hash: streams that it opened are found by it. */
export interface KeyCaller extends Caller {
  /** SHA-256 of the key, hexadecimal. */
  readonly keyHash: string;
}

export interface KeyIdentities {
  /** @throws KEY_UNKNOWN, KEY_REVOKED, SERVICE_UNAVAILABLE where it can't be checked */
  readonly find: (key: string) => Promise<KeyCaller>;
  /**
   * The same from memory alone, at once; undefined: the key is not remembered, so that it has to be found again.
   * @throws KEY_REVOKED, SERVICE_UNAVAILABLE
   */
  readonly recall: (key: string) => KeyCaller | undefined;
  /** The same two for who was told the hash of a key, by a ticket that was signed here. */
  readonly findByHash: (keyHash: string) => Promise<KeyCaller>;
  readonly recallByHash: (keyHash: string) => KeyCaller | undefined;
  /** The key was revoked or changed. */
  readonly forget: (keyHash: string) => void;
}

interface LookUp {
  readonly answer: Promise<KeyCaller>;
  /** It was invalidated while it was asked for: the answer may be of before. */
  isOutdated: boolean;
}

/**
 * Who keys belong to, remembered until revocations are heard of. While they are not, known keys stay valid for the grace
 * and unknown ones are not admitted: one of them may have been revoked.
 */
export function createKeyIdentities(options: {
  readonly verify: (sha256: Uint8Array) => Promise<KeyIdentity>;
  readonly hearing: () => Hearing;
  /** Answers once revocations have been heard of since the start, or it took too long. */
  readonly heardFirst: () => Promise<void>;
  readonly graceMs: number;
  readonly nowMs: () => number;
  readonly onLookUp: (from: 'cache' | 'auth-service' | 'refused') => void;
}): KeyIdentities {
  const { verify, hearing, graceMs, nowMs, onLookUp } = options;
  const known = createBoundedMap<KeyCaller>(maxKnownKeys);
  const unknown = createBoundedMap<{ readonly error: unknown; readonly untilMs: number }>(maxUnknownKeys);
  const lookUps = new Map<string, LookUp>();

  async function ask(sha256: Buffer, keyHash: string, lookUp: { current: LookUp | undefined }): Promise<KeyCaller> {
    try {
      const caller = { ...callerOfKey(await verify(sha256)), keyHash };
      if (lookUp.current?.isOutdated !== true) known.set(keyHash, caller);
      return caller;
    } catch (error) {
      if (isProblem(error, 'KEY_UNKNOWN') || isProblem(error, 'KEY_REVOKED'))
        unknown.set(keyHash, { error, untilMs: nowMs() + unknownKeyMs });
      throw error;
    } finally {
      lookUps.delete(keyHash);
    }
  }

  function lookUpOnce(sha256: Buffer, keyHash: string): Promise<KeyCaller> {
    const running = lookUps.get(keyHash);
    if (running !== undefined) return running.answer;
    const holder: { current: LookUp | undefined } = { current: undefined };
    const answer = ask(sha256, keyHash, holder);
    holder.current = { answer, isOutdated: false };
    lookUps.set(keyHash, holder.current);
    return answer;
  }

  /** @throws SERVICE_UNAVAILABLE where revocations have not been heard of for too long */
  function requireHearing(isKnown: boolean): void {
    const state = hearing();
    if (state.kind === 'hearing' || (isKnown && nowMs() - state.sinceMs < graceMs)) return;
    onLookUp('refused');
    throw problem('SERVICE_UNAVAILABLE', 'Keys can not be checked at this moment; try again.');
  }

  function recall(keyHash: string): KeyCaller | undefined {
    const caller = known.get(keyHash);
    if (caller === undefined) return undefined;
    requireHearing(true);
    onLookUp('cache');
    if (caller.expiresAtMs === undefined || nowMs() < caller.expiresAtMs) return caller;
    throw problem('KEY_REVOKED', 'The token has expired.');
  }

  async function find(keyHash: string): Promise<KeyCaller> {
    const caller = recall(keyHash);
    if (caller !== undefined) return caller;
    const refused = unknown.get(keyHash);
    if (refused !== undefined && nowMs() < refused.untilMs) {
      onLookUp('cache');
      throw refused.error;
    }
    await options.heardFirst();
    requireHearing(false);
    onLookUp('auth-service');
    return lookUpOnce(Buffer.from(keyHash, 'hex'), keyHash);
  }

  return {
    find: (key) => find(hash('sha256', key)),
    recall: (key) => recall(hash('sha256', key)),
    findByHash: find,
    recallByHash: recall,
    forget(keyHash) {
      known.delete(keyHash);
      unknown.delete(keyHash);
      const running = lookUps.get(keyHash);
      if (running !== undefined) running.isOutdated = true;
    },
  };
}
