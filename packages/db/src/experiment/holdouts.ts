import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import type { ExperimentHoldout } from '../gen/schema.ts';
import { jsonb } from '../platform/index.ts';
import { searchPattern, type Database, type Tx } from '../postgres/index.ts';
import type { StoredMetricVersion } from './experiment-row.ts';

export const holdoutStates = ['draft', 'running', 'ended'] as const;

export type HoldoutState = (typeof holdoutStates)[number];

/** A holdout as it is stored. */
export type HoldoutRow = Omit<Selectable<ExperimentHoldout>, 'state' | 'metric_versions'> & {
  readonly state: HoldoutState;
  readonly metric_versions: readonly StoredMetricVersion[];
};

/** The columns hold nothing else: checks and this module's writers see to it. */
const holdoutRow = (row: Selectable<ExperimentHoldout>): HoldoutRow => row as unknown as HoldoutRow;

/** @returns undefined where the environment has, or had, one with this key */
export async function insertHoldout(
  tx: Tx,
  holdout: Omit<Insertable<ExperimentHoldout>, 'state' | 'metric_versions'>,
): Promise<HoldoutRow | undefined> {
  const row = await tx
    .insertInto('experiment.holdout')
    .values({ ...holdout, state: 'draft' })
    .onConflict((conflict) => conflict.columns(['environment_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && holdoutRow(row);
}

/** @param options.lock - until the transaction ends nobody else changes it */
export async function findHoldout(
  tx: Tx,
  by: { readonly environmentId: string; readonly key: string } | { readonly id: string },
  options: { readonly lock?: boolean } = {},
): Promise<HoldoutRow | undefined> {
  let query = tx.selectFrom('experiment.holdout').selectAll();
  query =
    'id' in by ? query.where('id', '=', by.id) : query.where('environment_id', '=', by.environmentId).where('key', '=', by.key);
  const row = await (options.lock ? query.forUpdate() : query).executeTakeFirst();
  return row && holdoutRow(row);
}

/** What a change sets; the version goes up by one with it. */
export type HoldoutChange = Partial<
  Pick<
    Updateable<ExperimentHoldout>,
    'name' | 'description' | 'share_milli_percent' | 'except_flag_keys' | 'metric_keys' | 'ends_at' | 'started_at' | 'ended_at'
  >
> & { readonly state?: HoldoutState; readonly metric_versions?: readonly StoredMetricVersion[] };

/** Changes a holdout whose row this transaction has locked. */
export async function updateHoldout(tx: Tx, id: string, change: HoldoutChange): Promise<HoldoutRow> {
  const { metric_versions: versions, ...columns } = change;
  const row = await tx
    .updateTable('experiment.holdout')
    .set({
      ...columns,
      ...(versions !== undefined && { metric_versions: jsonb(versions.map((metric) => ({ ...metric }))) }),
      version: sql<number>`version + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return holdoutRow(row);
}

export async function deleteHoldout(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('experiment.holdout').where('id', '=', id).execute();
}

/** A page in the order of keys. */
export async function listHoldouts(
  tx: Tx,
  query: {
    readonly environmentId: string;
    readonly limit: number;
    readonly afterKey: string | undefined;
    readonly text: string;
    /** Empty: all. */
    readonly state: string;
  },
): Promise<{ readonly items: readonly HoldoutRow[]; readonly hasMore: boolean; readonly total: number }> {
  let filtered = tx.selectFrom('experiment.holdout').where('environment_id', '=', query.environmentId);
  if (query.state !== '') filtered = filtered.where('state', '=', query.state);
  if (query.text !== '') {
    const pattern = searchPattern(query.text);
    filtered = filtered.where((where) => where.or([where('key', 'ilike', pattern), where('name', 'ilike', pattern)]));
  }
  const { total } = await filtered.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  let page = filtered
    .selectAll()
    .orderBy(sql`key collate "C"`)
    .limit(query.limit + 1);
  if (query.afterKey !== undefined) page = page.where(sql<boolean>`key collate "C" > ${query.afterKey}`);
  const rows = (await page.execute()).map(holdoutRow);
  return { items: rows.slice(0, query.limit), hasMore: rows.length > query.limit, total };
}

/** Those that cover what starts now, the oldest first: the first that holds a unit decides. */
export async function runningHoldouts(tx: Tx, environmentId: string): Promise<readonly HoldoutRow[]> {
  const rows = await tx
    .selectFrom('experiment.holdout')
    .selectAll()
    .where('environment_id', '=', environmentId)
    .where('state', '=', 'running')
    .orderBy('started_at')
    .orderBy('id')
    .execute();
  return rows.map(holdoutRow);
}

/**
 * Holdouts of the tenant whose results still move, in the order of ids.
 * @param query.endedSince - those that ended before are at rest
 */
export async function listLiveHoldouts(
  tx: Tx,
  query: { readonly limit: number; readonly afterId: string | undefined; readonly endedSince: Date },
): Promise<readonly HoldoutRow[]> {
  let page = tx
    .selectFrom('experiment.holdout')
    .selectAll()
    .where((where) => where.or([where('state', '=', 'running'), where('ended_at', '>=', query.endedSince)]))
    .orderBy('id')
    .limit(query.limit);
  if (query.afterId !== undefined) page = page.where('id', '>', query.afterId);
  return (await page.execute()).map(holdoutRow);
}

/** How many run in an environment. */
export async function countRunningHoldouts(tx: Tx, environmentId: string): Promise<number> {
  const { total } = await tx
    .selectFrom('experiment.holdout')
    .select((select) => select.fn.countAll<number>().as('total'))
    .where('environment_id', '=', environmentId)
    .where('state', '=', 'running')
    .executeTakeFirstOrThrow();
  return total;
}

/** Holdouts of whatever organisation whose planned end is past, the earliest first. */
export async function dueHoldouts(
  database: Database,
  most: number,
): Promise<readonly { readonly holdoutId: string; readonly organisationId: string }[]> {
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ holdout_id: string; organisation_id: string }>`
      select holdout_id, organisation_id from experiment.due_holdouts(${most})`.execute(tx),
  );
  return rows.map((row) => ({ holdoutId: row.holdout_id, organisationId: row.organisation_id }));
}
