import type { ExposuresOn, JsonValue } from '@stitchd/core';
import type { EnvironmentSettingsRow } from '@stitchd/db/event';
import { eventServiceLimits } from '../limits.ts';

/** How an environment takes events; what nobody has changed has its default. */
export interface EnvironmentSettings {
  /** Undefined events are refused instead of kept aside. */
  readonly strict: boolean;
  readonly itemsPerSecond: number;
  /** Attributes of contexts that exposures carry. */
  readonly exposureAttributes: readonly string[];
  readonly exposuresOn: ExposuresOn;
  /** When that was changed, the latest last; of very many changes the first are forgotten. */
  readonly exposuresOnChangedAt: readonly Date[];
  /** Whether the context registry keeps frequent values. */
  readonly observeValues: boolean;
  /** Context kinds whose keys are hashed before they are stored. */
  readonly hashedKinds: readonly string[];
  /** What they are hashed with; it never leaves this service. */
  readonly keySecret: Uint8Array | undefined;
  /** By table: days for which rows are kept; what is not in it has the usual ones. */
  readonly retention: Readonly<Record<string, number>>;
  /** Traffic that results leave out. */
  readonly exclusions: readonly Exclusion[];
  readonly version: number;
}

export interface Exclusion {
  readonly name: string;
  /** A property filter. */
  readonly filter: { readonly [name: string]: JsonValue };
}

export const defaultSettings: EnvironmentSettings = {
  strict: false,
  itemsPerSecond: eventServiceLimits.itemsPerSecond.usual,
  exposureAttributes: [],
  exposuresOn: 'read',
  exposuresOnChangedAt: [],
  observeValues: false,
  hashedKinds: [],
  keySecret: undefined,
  retention: {},
  exclusions: [],
  // That of a row that was just made: the first change makes it 2.
  version: 1,
};

export function settingsOf(row: EnvironmentSettingsRow | undefined): EnvironmentSettings {
  if (row === undefined) return defaultSettings;
  return {
    strict: row.strict,
    itemsPerSecond: row.items_per_second ?? defaultSettings.itemsPerSecond,
    exposureAttributes: row.exposure_attributes,
    exposuresOn: row.exposures_on,
    exposuresOnChangedAt: row.exposures_on_changed_at,
    observeValues: row.observe_values,
    hashedKinds: row.hashed_kinds,
    keySecret: row.key_secret ?? undefined,
    retention: row.retention,
    exclusions: row.exclusions,
    version: row.version,
  };
}
