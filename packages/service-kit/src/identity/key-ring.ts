import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { importJWK, type CryptoKey, type JWK } from 'jose';
import type { SignerName } from '../service-names.ts';
import { generateStoredKeyPair, toSigningKey, type SigningKey, type StoredKeyPair } from './key-pair.ts';

/** How often an unknown key id may make us look for new keys: a flood of forged tokens must not become a flood of reads. */
const rereadIntervalMs = 1_000;

/** The keys by which processes know each other. */
export interface KeyRing {
  readonly signingKey: (signer: SignerName) => Promise<SigningKey>;
  /** The public key of a key id, or undefined where nobody of ours has it. */
  readonly publicKey: (kid: string) => Promise<CryptoKey | undefined>;
}

/** Keys of one process that runs all services: they never leave its memory. */
export function createMemoryKeyRing(): KeyRing {
  const pairs = new Map<SignerName, Promise<SigningKey>>();
  const publicKeys = new Map<string, CryptoKey>();
  const make = async (signer: SignerName): Promise<SigningKey> => {
    const key = await toSigningKey(signer, await generateStoredKeyPair(signer));
    publicKeys.set(key.kid, (await importJWK(key.publicJwk, 'EdDSA')) as CryptoKey);
    return key;
  };
  return {
    signingKey(signer) {
      const known = pairs.get(signer) ?? make(signer);
      pairs.set(signer, known);
      return known;
    },
    publicKey: async (kid) => publicKeys.get(kid),
  };
}

/**
 * Keys in a directory: `<signer>.private.jwk`, readable by its owner only, and any number of `<signer>*.public.jwk`,
 * so that a key is rotated by adding the next one before the old one goes. A missing pair is made.
 */
export function createDirectoryKeyRing(directory: string, now: () => number): KeyRing {
  let publicKeys = new Map<string, CryptoKey>();
  let readAt = Number.NEGATIVE_INFINITY;
  let changedAt: number | undefined;
  let looking: Promise<void> | undefined;

  /** A key that was added a moment ago is known at once, since the directory's time changed with it. */
  async function mayHoldMore(): Promise<boolean> {
    if (now() - readAt >= rereadIntervalMs) return true;
    const found = await stat(directory).catch(() => undefined);
    return found?.mtimeMs !== changedAt;
  }

  async function reread(): Promise<void> {
    readAt = now();
    changedAt = (await stat(directory).catch(() => undefined))?.mtimeMs;
    const next = new Map<string, CryptoKey>();
    for (const file of await readdir(directory).catch(() => [])) {
      if (!file.endsWith('.public.jwk')) continue;
      const jwk = JSON.parse(await readFile(path.join(directory, file), 'utf8')) as JWK;
      if (jwk.kid !== undefined && file.startsWith(jwk.kid.slice(0, jwk.kid.indexOf(':'))))
        next.set(jwk.kid, (await importJWK(jwk, 'EdDSA')) as CryptoKey);
    }
    publicKeys = next;
  }

  async function look(): Promise<void> {
    if (await mayHoldMore()) await reread();
    looking = undefined;
  }

  return {
    signingKey: async (signer) => toSigningKey(signer, await readOrMakePair(directory, signer)),
    async publicKey(kid) {
      // Calls that come together, as after a restart, all wait for what the first one reads.
      if (!publicKeys.has(kid)) await looking;
      // That look may have begun before the key was there.
      if (!publicKeys.has(kid)) await (looking ??= look());
      return publicKeys.get(kid);
    },
  };
}

async function readOrMakePair(directory: string, signer: SignerName): Promise<StoredKeyPair> {
  const privateFile = path.join(directory, `${signer}.private.jwk`);
  return (await readPair(privateFile)) ?? (await makePair(directory, signer, privateFile));
}

async function readPair(privateFile: string): Promise<StoredKeyPair | undefined> {
  try {
    const privateJwk = JSON.parse(await readFile(privateFile, 'utf8')) as JWK;
    const { d: _secret, ...publicJwk } = privateJwk;
    return { privateJwk, publicJwk };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Of two processes that make the same signer's pair at once, one wins and both use its pair. */
async function makePair(directory: string, signer: SignerName, privateFile: string): Promise<StoredKeyPair> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const made = await generateStoredKeyPair(signer);
  const thumbprint = (made.publicJwk.kid ?? '').slice(signer.length + 1);
  // The public half first: whoever signs with the private one is then already known.
  await writeFile(path.join(directory, `${signer}.${thumbprint}.public.jwk`), JSON.stringify(made.publicJwk), { mode: 0o644 });
  // A name of its own also within one process: who writes to a file that another has linked empties the winner's.
  const draft = `${privateFile}.${randomUUID()}`;
  await writeFile(draft, JSON.stringify(made.privateJwk), { mode: 0o600 });
  try {
    await link(draft, privateFile);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return (await readPair(privateFile)) ?? made;
}
