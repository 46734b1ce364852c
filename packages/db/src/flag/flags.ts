import { sql } from 'kysely';
import type { FlagType } from '@stitchd/core';
import { asJson, jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import { flagRow, type FlagPurpose, type FlagRow, type StoredVariant } from './rows.ts';

/** What may change in a flag. */
export interface FlagFields {
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly owner: string;
  readonly purpose: FlagPurpose;
  /** 0: not said. */
  readonly expected_lifetime_days: number;
  readonly client_visible: boolean;
  readonly variants: readonly StoredVariant[];
}

/** @returns undefined where the project has a flag with this key */
export async function insertFlag(
  tx: Tx,
  flag: FlagFields & {
    readonly id: string;
    readonly organisation_id: string;
    readonly project_id: string;
    readonly key: string;
    readonly type: FlagType;
    readonly initial_off_variant: string | null;
    readonly initial_serve_variant: string;
  },
): Promise<FlagRow | undefined> {
  const row = await tx
    .insertInto('flag.flag')
    .values({ ...flag, tags: [...flag.tags], variants: jsonb(asJson(flag.variants)) })
    .onConflict((conflict) => conflict.columns(['project_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && flagRow(row);
}

/** @param options.lock - until the transaction ends nobody else changes it */
export async function findFlag(
  tx: Tx,
  projectId: string,
  key: string,
  options: { readonly lock?: boolean } = {},
): Promise<FlagRow | undefined> {
  let query = tx.selectFrom('flag.flag').selectAll().where('project_id', '=', projectId).where('key', '=', key);
  if (options.lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && flagRow(row);
}

export async function findFlagById(tx: Tx, id: string): Promise<FlagRow> {
  return flagRow(await tx.selectFrom('flag.flag').selectAll().where('id', '=', id).executeTakeFirstOrThrow());
}

/** All flags of a project, archived ones too, in the order of their keys. */
export async function flagsOfProject(tx: Tx, projectId: string): Promise<readonly FlagRow[]> {
  const rows = await tx.selectFrom('flag.flag').selectAll().where('project_id', '=', projectId).orderBy('key').execute();
  return rows.map(flagRow);
}

/** The flags of a project that have these keys. */
export async function flagsByKey(tx: Tx, projectId: string, keys: readonly string[]): Promise<readonly FlagRow[]> {
  if (keys.length === 0) return [];
  const rows = await tx
    .selectFrom('flag.flag')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('key', 'in', [...keys])
    .execute();
  return rows.map(flagRow);
}

/** Changes a flag whose row this transaction has locked. */
export async function updateFlag(
  tx: Tx,
  id: string,
  change: Partial<FlagFields> & { readonly archived?: boolean },
): Promise<FlagRow> {
  const { variants, tags, ...columns } = change;
  const row = await tx
    .updateTable('flag.flag')
    .set((update) => ({
      ...columns,
      ...(tags !== undefined && { tags: [...tags] }),
      ...(variants !== undefined && { variants: jsonb(asJson(variants)) }),
      version: update('version', '+', 1),
      updated_at: sql<Date>`now()`,
    }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return flagRow(row);
}
