import { saltFromBytes, uuidv7 } from '@stitchd/core';
import type { Database } from '@stitchd/db/postgres';
import type { Logger } from '@stitchd/service-kit';
import type { DefinitionFeeds } from './watch/definition-feeds.ts';
import type { InitialisedEnvironments } from './definitions/ensure-environment.ts';
import { signingSecretBytes } from './definitions/signing-secret.ts';

/** What the routes get. */
export interface FlagContext {
  readonly database: Database;
  readonly log: Logger;
  readonly newId: () => string;
  /** 64 random bits as 16 lower-case hex digits. */
  readonly newSalt: () => string;
  readonly newSigningSecret: () => Uint8Array;
  readonly initialised: InitialisedEnvironments;
  readonly feeds: DefinitionFeeds;
}

/** Makes ids, salts and secrets from a clock and a random source. */
export function createNames(
  nowMs: () => number,
  randomBytes: (bytes: number) => Uint8Array,
): Pick<FlagContext, 'newId' | 'newSalt' | 'newSigningSecret'> {
  return {
    newId: () => uuidv7(nowMs(), randomBytes(10)),
    newSalt: () => saltFromBytes(randomBytes(8)),
    newSigningSecret: () => randomBytes(signingSecretBytes),
  };
}
