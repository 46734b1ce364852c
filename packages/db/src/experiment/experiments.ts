import { sql, type Insertable, type Updateable } from 'kysely';
import type { ExperimentExperiment } from '../gen/schema.ts';
import { asJson, jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import { experimentRow, type ExperimentRow } from './experiment-row.ts';

/** Columns that hold JSON, as this module's callers see them. */
type Documents = Pick<
  ExperimentRow,
  'arms' | 'metrics' | 'metric_versions' | 'plan' | 'analysis' | 'start_problem' | 'served_after'
>;

type Draft = Omit<Insertable<ExperimentExperiment>, keyof Documents | 'state' | 'kind' | 'assignment'> &
  Pick<ExperimentRow, 'kind' | 'assignment' | 'arms' | 'metrics' | 'plan' | 'analysis'>;

/** @returns undefined where the environment has one with this key */
export async function insertExperiment(tx: Tx, experiment: Draft): Promise<ExperimentRow | undefined> {
  const { arms, metrics, plan, analysis, ...columns } = experiment;
  const row = await tx
    .insertInto('experiment.experiment')
    .values({
      ...columns,
      state: 'draft',
      arms: jsonb(asJson(arms)),
      metrics: jsonb(asJson(metrics)),
      plan: jsonb(asJson(plan)),
      analysis: jsonb(asJson(analysis)),
    })
    .onConflict((conflict) => conflict.columns(['environment_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && experimentRow(row);
}

/** What a change sets; the version goes up by one with it. */
export type ExperimentChange = Partial<
  Omit<
    Updateable<ExperimentExperiment>,
    'id' | 'organisation_id' | 'environment_id' | 'key' | 'kind' | 'version' | 'state' | keyof Documents
  > &
    Documents &
    Pick<ExperimentRow, 'state'>
>;

/** Changes an experiment whose row this transaction has locked. */
export async function updateExperiment(tx: Tx, id: string, change: ExperimentChange): Promise<ExperimentRow> {
  const {
    arms,
    metrics,
    metric_versions: versions,
    plan,
    analysis,
    start_problem: refusal,
    served_after: served,
    ...rest
  } = change;
  const row = await tx
    .updateTable('experiment.experiment')
    .set({
      ...rest,
      ...(arms !== undefined && { arms: jsonb(asJson(arms)) }),
      ...(metrics !== undefined && { metrics: jsonb(asJson(metrics)) }),
      ...(versions !== undefined && { metric_versions: jsonb(asJson(versions)) }),
      ...(plan !== undefined && { plan: jsonb(asJson(plan)) }),
      ...(analysis !== undefined && { analysis: jsonb(asJson(analysis)) }),
      ...(refusal !== undefined && { start_problem: refusal === null ? null : jsonb(asJson(refusal)) }),
      ...(served !== undefined && { served_after: served === null ? null : jsonb(asJson(served)) }),
      version: sql<number>`version + 1`,
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return experimentRow(row);
}

/** @param options.lock - until the transaction ends nobody else changes it */
export async function findExperiment(
  tx: Tx,
  by: { readonly environmentId: string; readonly key: string } | { readonly id: string },
  options: { readonly lock?: boolean } = {},
): Promise<ExperimentRow | undefined> {
  let query = tx.selectFrom('experiment.experiment').selectAll();
  query =
    'id' in by ? query.where('id', '=', by.id) : query.where('environment_id', '=', by.environmentId).where('key', '=', by.key);
  if (options.lock) query = query.forUpdate();
  const row = await query.executeTakeFirst();
  return row && experimentRow(row);
}

/** Keys of other experiments that stand on the same split and have not stopped, or on all of the flag. */
export async function findConflicting(
  tx: Tx,
  { id, environment_id: environmentId, flag_key: flagKey, rule_id: ruleId, assignment }: ExperimentRow,
): Promise<readonly string[]> {
  let query = tx
    .selectFrom('experiment.experiment')
    .select('key')
    .where('environment_id', '=', environmentId)
    .where('flag_key', '=', flagKey)
    .where('id', '!=', id)
    .where('state', 'in', ['starting', 'running', 'paused', 'stopping'])
    .orderBy('key');
  if (assignment === 'split')
    query = query.where((where) => where.or([where('rule_id', '=', ruleId), where('assignment', '=', 'recorded')]));
  return (await query.execute()).map(({ key }) => key);
}
