import { hash as argon2Hash, parseOptions, verify as argon2Verify } from '@node-rs/argon2';
import { problem } from '@stitchd/service-kit';
import { authLimits } from '../limits.ts';
import { fitsAsPassword, normalisePassword } from './password-rules.ts';

export interface PasswordHasher {
  /** @param password - one that the rules allow */
  readonly hash: (password: string) => Promise<string>;
  /** Does the same work whether there is a hash, and whatever the password is. */
  readonly verify: (hash: string | undefined, password: string) => Promise<boolean>;
  /** Whether a hash was made with other parameters than today's. */
  readonly isOutdated: (hash: string) => boolean;
}

/** argon2id with the declared parameters. All but the last throw RATE_LIMITED where too many are being worked on. */
export async function createPasswordHasher(randomBytes: (bytes: number) => Uint8Array): Promise<PasswordHasher> {
  const nobodys = await argon2Hash(randomBytes(32), authLimits.argon2);
  let atOnce = 0;

  async function limited<T>(work: () => Promise<T>): Promise<T> {
    if (atOnce >= authLimits.passwordsAtOnce)
      throw problem('RATE_LIMITED', 'Too many people sign in at this moment; try again in a few seconds.');
    atOnce += 1;
    try {
      return await work();
    } finally {
      atOnce -= 1;
    }
  }

  return {
    hash: (password) => limited(() => argon2Hash(normalisePassword(password), authLimits.argon2)),
    verify: (hash, password) =>
      limited(async () => {
        const usable = hash !== undefined && fitsAsPassword(password);
        const matches = await argon2Verify(usable ? hash : nobodys, usable ? normalisePassword(password) : '');
        return usable && matches;
      }),
    isOutdated(hash) {
      const made = parseOptions(hash);
      const { memoryCost, timeCost, parallelism } = authLimits.argon2;
      return made.memoryCost !== memoryCost || made.timeCost !== timeCost || made.parallelism !== parallelism;
    },
  };
}
