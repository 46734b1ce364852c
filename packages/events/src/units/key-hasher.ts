import { createHash, createHmac } from 'node:crypto';

/** What a hashed key begins with: so that everybody sees what it is, and nothing is hashed twice. */
const beginning = 'hmac:';
const hashedKey = /^hmac:[\w-]{43}$/;

/** Replaces the keys of some context kinds by hashes that only this environment can make. */
export interface KeyHasher {
  /** Whether keys of this kind are hashed. */
  readonly hashes: (kind: string) => boolean;
  /** The hash of a key; the key itself where its kind is not hashed, or where it is a hash already. */
  readonly keyOf: (kind: string, key: string) => string;
}

/**
 * HMAC-SHA-256 of a kind and a key under an environment's secret: the same key always gives the same hash; of different kinds
 * and in different environments, different ones.
 */
export function hashedUnitKey(secret: Uint8Array, kind: string, key: string): string {
  return beginning + createHmac('sha256', secret).update(`${kind}\0${key}`).digest('base64url');
}

export function isHashedKey(key: string): boolean {
  return key.startsWith(beginning) && hashedKey.test(key);
}

/**
 * Hashes that were made lately, of all environments: the same units come again and again, and looking one up costs a fraction
 * of making it. Two generations, so that forgetting is cheap.
 */
export class RecentHashes {
  readonly #capacity: number;
  #newer = new Map<string, string>();
  #older = new Map<string, string>();

  /** @param capacity - hashes that are remembered at least; at most twice as many are */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(name: string, make: () => string): string {
    const known = this.#newer.get(name);
    if (known !== undefined) return known;
    const hash = this.#older.get(name) ?? make();
    this.#newer.set(name, hash);
    if (this.#newer.size >= this.#capacity) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    return hash;
  }
}

/** @param secret - of the environment, 32 bytes */
export function createKeyHasher(kinds: Iterable<string>, secret: Uint8Array, recent: RecentHashes): KeyHasher {
  const secretName = createHash('sha256').update(secret).digest('base64url').slice(0, 16);
  const names = new Map([...kinds].map((kind) => [kind, `${secretName}${kind}\0`]));
  return {
    hashes: (kind) => names.has(kind),
    keyOf(kind, key) {
      const name = names.get(kind);
      if (name === undefined || isHashedKey(key)) return key;
      return recent.get(name + key, () => hashedUnitKey(secret, kind, key));
    },
  };
}
