import { createKeyHasher, hashedUnitKey, isHashedKey, RecentHashes, type KeyHasher } from '@stitchd/events';
import { problem, type Logger } from '@stitchd/service-kit';
import type { EnvironmentSettings } from '../environment-settings/environment-settings.ts';
import { eventServiceLimits } from '../limits.ts';
import { keySecretBytes, openKeySecrets, sealKeySecrets, type KeySecret } from './key-secrets.ts';

type Hashing = Pick<EnvironmentSettings, 'hashedKinds' | 'keySecret'>;

/** By what names units are known in the event store: the one place that knows the environments' secrets. */
export interface UnitNames {
  /**
   * What hashes the keys of an environment's items; undefined where it hashes none.
   * @throws STORE_UNAVAILABLE where its secret can't be opened: better no item than one with a plain key
   */
  readonly hasherOf: (environmentId: string, settings: Hashing) => KeyHasher | undefined;
  /**
   * Every key under which a unit's rows may lie: its own, and its hashes under the secret of today and those before.
   * @throws STORE_UNAVAILABLE
   */
  readonly namesOf: (environmentId: string, settings: Hashing, kind: string, key: string) => readonly string[];
  /**
   * The environment's secrets with a new one before them, sealed.
   * @param keepSinceMs - what was replaced before then has no rows any more
   * @throws INVALID_STATE without the installation's key, and where there are too many; STORE_UNAVAILABLE
   */
  readonly withNewSecret: (environmentId: string, settings: Hashing, keepSinceMs: number) => Uint8Array;
}

export function createUnitNames(options: {
  /** Of the installation; undefined where this process was not given it. */
  readonly secretKey: Uint8Array | undefined;
  readonly nowMs: () => number;
  readonly randomBytes: (bytes: number) => Uint8Array;
  readonly log: Logger;
}): UnitNames {
  const { secretKey, nowMs, randomBytes } = options;
  const recent = new RecentHashes(eventServiceLimits.rememberedKeyHashes);
  // Settings are read anew every few seconds: with them goes what was made of them.
  const hashers = new WeakMap<Hashing, KeyHasher>();

  function open(environmentId: string, { keySecret }: Hashing): readonly KeySecret[] {
    if (keySecret === undefined) return [];
    const secrets = secretKey && openKeySecrets(secretKey, environmentId, keySecret);
    if (secrets !== undefined) return secrets;
    options.log.error({ environmentId }, 'the secret that keys are hashed with was sealed under another STITCHD_SECRET_KEY');
    throw problem('STORE_UNAVAILABLE', 'The secret that keys of this environment are hashed with can not be opened.');
  }

  return {
    hasherOf(environmentId, settings) {
      if (settings.hashedKinds.length === 0) return undefined;
      const known = hashers.get(settings);
      if (known !== undefined) return known;
      const [current] = open(environmentId, settings);
      if (current === undefined) throw problem('STORE_UNAVAILABLE', 'This environment has no secret to hash keys with.');
      const hasher = createKeyHasher(settings.hashedKinds, current.secret, recent);
      hashers.set(settings, hasher);
      return hasher;
    },
    namesOf(environmentId, settings, kind, key) {
      if (isHashedKey(key)) return [key];
      const hashes = open(environmentId, settings).map(({ secret }) => hashedUnitKey(secret, kind, key));
      return [key, ...hashes];
    },
    withNewSecret(environmentId, settings, keepSinceMs) {
      if (secretKey === undefined)
        throw problem('INVALID_STATE', 'Keys can not be hashed: event-service was started without STITCHD_SECRET_KEY.');
      const before = open(environmentId, settings);
      // A secret was in use until the next one came.
      const kept = before.filter((_, index) => index === 0 || (before[index - 1]?.sinceMs ?? 0) >= keepSinceMs);
      if (kept.length >= eventServiceLimits.keySecrets)
        throw problem(
          'INVALID_STATE',
          `An environment keeps at most ${eventServiceLimits.keySecrets} secrets while there may be rows hashed with them.`,
        );
      const fresh = { secret: randomBytes(keySecretBytes), sinceMs: nowMs() };
      return sealKeySecrets(secretKey, environmentId, [fresh, ...kept], randomBytes);
    },
  };
}
