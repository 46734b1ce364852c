import { referencesOf } from '@stitchd/core';
import type { BindingRow, ConfigurationRow, FlagRow } from '@stitchd/db/flag';
import type { Publication } from '@stitchd/db/platform';
import { effectiveConfiguration } from '../configuration/effective-configuration.ts';
import { flagDefinition } from './render-flag-definition.ts';

/** What is known of some flags in some environments. */
export interface FlagFacts {
  readonly configurations: readonly ConfigurationRow[];
  readonly running: readonly BindingRow[];
}

/** What flags publish into an environment: their definitions, and to whom they refer. */
export function flagPublication(flags: readonly FlagRow[], environmentId: string, facts: FlagFacts): Publication {
  const here = {
    configurations: byFlag(facts.configurations.filter((row) => row.environment_id === environmentId)),
    running: byFlag(facts.running.filter((row) => row.environment_id === environmentId)),
  };
  const published = flags.map((flag) => {
    const configuration = effectiveConfiguration(flag, here.configurations.get(flag.id)?.[0]);
    return { id: flag.id, definition: flagDefinition(flag, configuration, here.running.get(flag.id) ?? []) };
  });
  return {
    upsert: published.map(({ id, definition }) => ({ kind: 'flag', id, body: JSON.stringify(definition) })),
    references: published.map(({ definition }) => ({
      from: { kind: 'flag', key: definition.key },
      to: referencesOf(definition),
    })),
  };
}

function byFlag<Row extends { readonly flag_id: string }>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const known = found.get(row.flag_id);
    if (known === undefined) found.set(row.flag_id, [row]);
    else known.push(row);
  }
  return found;
}
