import { randomBytes, randomUUID } from 'node:crypto';
import type { Environment } from '../config/read-configuration.ts';
import { readConfiguration } from '../config/read-configuration.ts';
import { platformSettings } from '../config/platform-settings.ts';
import type { Configuration } from '../config/settings.ts';
import type { KeyRing } from '../identity/key-ring.ts';
import type { Logger } from '../observe/log.ts';

/** What the services of one process share. */
export interface ProcessContext {
  readonly environment: Environment;
  readonly platform: Configuration<typeof platformSettings>;
  readonly log: Logger;
  readonly keyRing: KeyRing;
  readonly nowMs: () => number;
  readonly randomBytes: (bytes: number) => Uint8Array;
  readonly newRequestId: () => string;
}

/** @throws ConfigurationError where a platform setting can't be used */
export function createProcessContext(options: {
  readonly environment: Environment;
  readonly log: Logger;
  readonly keyRing: KeyRing;
}): ProcessContext {
  return {
    ...options,
    platform: readConfiguration(platformSettings, options.environment),
    nowMs: Date.now,
    randomBytes: (bytes) => randomBytes(bytes),
    newRequestId: () => randomUUID(),
  };
}
