import { findEnvironmentSettings } from '@stitchd/db/event';
import type { Database } from '@stitchd/db/postgres';
import type { EnvironmentScope } from '@stitchd/service-kit';
import { createKnown } from '../definitions/known.ts';
import { eventServiceLimits } from '../limits.ts';
import { settingsOf, type EnvironmentSettings } from './environment-settings.ts';

/**
 * What ingestion knows of environments' settings: at most three seconds old while the configuration store answers, and as old
 * as they have to be while it does not.
 */
export interface KnownSettings {
  /** @throws the store's error where they were never read and it does not answer */
  readonly get: (scope: EnvironmentScope) => Promise<EnvironmentSettings>;
  /** After a change in this process. */
  readonly forget: (environmentId: string) => void;
}

export function createKnownSettings(options: { readonly database: Database; readonly nowMs: () => number }): KnownSettings {
  return createKnown({
    nowMs: options.nowMs,
    most: eventServiceLimits.knownEnvironments,
    nameOf: ({ environmentId }: EnvironmentScope) => environmentId,
    read: async ({ organisationId, environmentId }) =>
      settingsOf(await options.database.inTenant(organisationId, (tx) => findEnvironmentSettings(tx, environmentId))),
  });
}
