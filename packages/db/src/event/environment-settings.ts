import type { ExposuresOn, JsonValue } from '@stitchd/core';
import { sql, type Selectable } from 'kysely';
import type { EventEnvironmentSettings } from '../gen/schema.ts';
import { jsonb } from '../platform/change.ts';
import type { Tx } from '../postgres/index.ts';

/** An environment's event settings as they are stored. */
export type EnvironmentSettingsRow = Omit<Selectable<EventEnvironmentSettings>, 'retention' | 'exclusions' | 'exposures_on'> & {
  readonly exposures_on: ExposuresOn;
  readonly retention: Readonly<Record<string, number>>;
  readonly exclusions: readonly { readonly name: string; readonly filter: { readonly [name: string]: JsonValue } }[];
};

/** What of the settings people change. */
export type EnvironmentSettingsChange = Pick<
  EnvironmentSettingsRow,
  | 'strict'
  | 'items_per_second'
  | 'exposure_attributes'
  | 'exposures_on'
  | 'exposures_on_changed_at'
  | 'observe_values'
  | 'hashed_kinds'
  | 'key_secret'
  | 'retention'
  | 'exclusions'
>;

/** Undefined: they were never changed. */
export async function findEnvironmentSettings(tx: Tx, environmentId: string): Promise<EnvironmentSettingsRow | undefined> {
  const row = await tx
    .selectFrom('event.environment_settings')
    .selectAll()
    .where('environment_id', '=', environmentId)
    .executeTakeFirst();
  return row && typed(row);
}

/**
 * The settings of an environment, kept from others until the transaction ends; made with their defaults where there were
 * none, as version 1.
 */
export async function lockEnvironmentSettings(
  tx: Tx,
  scope: { readonly organisationId: string; readonly projectId: string; readonly environmentId: string },
): Promise<EnvironmentSettingsRow> {
  await tx
    .insertInto('event.environment_settings')
    .values({ environment_id: scope.environmentId, organisation_id: scope.organisationId, project_id: scope.projectId })
    .onConflict((conflict) => conflict.column('environment_id').doNothing())
    .execute();
  const row = await tx
    .selectFrom('event.environment_settings')
    .selectAll()
    .where('environment_id', '=', scope.environmentId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return typed(row);
}

/** Writes the next version of settings that are locked. */
export async function updateEnvironmentSettings(
  tx: Tx,
  current: EnvironmentSettingsRow,
  change: Partial<EnvironmentSettingsChange>,
): Promise<EnvironmentSettingsRow> {
  const { retention, exclusions, exposure_attributes, exposures_on_changed_at, hashed_kinds, ...plain } = change;
  const row = await tx
    .updateTable('event.environment_settings')
    .set({
      ...plain,
      ...(exposure_attributes && { exposure_attributes: [...exposure_attributes] }),
      ...(exposures_on_changed_at && { exposures_on_changed_at: [...exposures_on_changed_at] }),
      ...(hashed_kinds && { hashed_kinds: [...hashed_kinds] }),
      ...(retention && { retention: jsonb(retention) }),
      ...(exclusions && { exclusions: jsonb(exclusions) }),
      version: current.version + 1,
      updated_at: sql`now()`,
    })
    .where('environment_id', '=', current.environment_id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return typed(row);
}

/** What the documents hold, and which word stands there, was checked before it was written. */
function typed(row: Selectable<EventEnvironmentSettings>): EnvironmentSettingsRow {
  const { retention, exclusions, exposures_on } = row as unknown as EnvironmentSettingsRow;
  return { ...row, retention, exclusions, exposures_on };
}
