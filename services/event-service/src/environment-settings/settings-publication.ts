import type { EventSettings } from '@stitchd/core';
import type { Publication } from '@stitchd/db/platform';
import type { EnvironmentSettings } from './environment-settings.ts';

/** What SDKs need of an environment's event settings, as they get it. An environment that was never changed publishes none. */
export function settingsPublication(environmentId: string, settings: EnvironmentSettings): Publication {
  const { strict, exposureAttributes, exposuresOn, observeValues } = settings;
  const body: EventSettings & { readonly key: string } = {
    key: 'event-settings',
    strict,
    exposureAttributes,
    exposuresOn,
    observeValues,
  };
  return { upsert: [{ kind: 'event-settings', id: environmentId, body: JSON.stringify(body) }] };
}
