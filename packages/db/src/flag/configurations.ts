import { sql } from 'kysely';
import { asJson, jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import { configurationRow, type ConfigurationDocument, type ConfigurationRow } from './rows.ts';

/** Which configurations to read; what is left out is not filtered by. */
export interface ConfigurationQuery {
  readonly flagIds?: readonly string[];
  readonly environmentId?: string;
}

/** What has a configuration of its own, among what was asked for. */
export async function readConfigurations(tx: Tx, query: ConfigurationQuery): Promise<readonly ConfigurationRow[]> {
  if (query.flagIds?.length === 0) return [];
  let select = tx.selectFrom('flag.configuration').selectAll();
  if (query.flagIds !== undefined) select = select.where('flag_id', 'in', [...query.flagIds]);
  if (query.environmentId !== undefined) select = select.where('environment_id', '=', query.environmentId);
  return (await select.execute()).map(configurationRow);
}

/** Whether a flag is enabled in an environment, for lists. */
export interface ConfigurationState {
  readonly flag_id: string;
  readonly environment_id: string;
  readonly enabled: boolean;
  readonly version: number;
  readonly updated_at: Date;
}

/** The states of some flags in all environments where they have a configuration of their own, in one statement. */
export async function readConfigurationStates(tx: Tx, flagIds: readonly string[]): Promise<readonly ConfigurationState[]> {
  if (flagIds.length === 0) return [];
  return tx
    .selectFrom('flag.configuration')
    .select(['flag_id', 'environment_id', 'enabled', 'version', 'updated_at'])
    .where('flag_id', 'in', [...flagIds])
    .execute();
}

/** Writes a configuration under the environment's lock. */
export async function putConfiguration(
  tx: Tx,
  configuration: {
    readonly flagId: string;
    readonly environmentId: string;
    readonly organisationId: string;
    readonly enabled: boolean;
    readonly document: ConfigurationDocument;
    readonly version: number;
  },
): Promise<ConfigurationRow> {
  const values = {
    enabled: configuration.enabled,
    document: jsonb(asJson(configuration.document)),
    version: configuration.version,
  };
  const row = await tx
    .insertInto('flag.configuration')
    .values({
      ...values,
      flag_id: configuration.flagId,
      environment_id: configuration.environmentId,
      organisation_id: configuration.organisationId,
    })
    .onConflict((conflict) =>
      conflict.columns(['flag_id', 'environment_id']).doUpdateSet({ ...values, updated_at: sql<Date>`now()` }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return configurationRow(row);
}
