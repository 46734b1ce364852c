import { sql, type Insertable, type Updateable } from 'kysely';
import type { ExperimentExperiment } from '../gen/schema.ts';
import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import {
  experimentRow,
  type ExperimentRow,
  type ExperimentState,
  type StoredArm,
  type StoredMetricVersion,
  type StoredProblem,
} from './experiment-row.ts';

type Columns = Omit<Insertable<ExperimentExperiment>, 'arms' | 'start_problem' | 'state' | 'metric_versions'>;

/** @returns undefined where the environment has one with this key */
export async function insertExperiment(
  tx: Tx,
  experiment: Columns & { readonly arms: readonly StoredArm[] },
): Promise<ExperimentRow | undefined> {
  const row = await tx
    .insertInto('experiment.experiment')
    .values({ ...experiment, state: 'draft', arms: jsonb(experiment.arms.map((arm) => ({ ...arm }))) })
    .onConflict((conflict) => conflict.columns(['environment_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row && experimentRow(row);
}

/** What a change sets; the version goes up by one with it. */
export type ExperimentChange = Partial<
  Omit<
    Updateable<ExperimentExperiment>,
    'id' | 'organisation_id' | 'environment_id' | 'key' | 'version' | 'arms' | 'start_problem' | 'metric_versions'
  >
> & {
  readonly state?: ExperimentState;
  readonly arms?: readonly StoredArm[];
  readonly start_problem?: StoredProblem | null;
  readonly metric_versions?: readonly StoredMetricVersion[];
};

/** Changes an experiment whose row this transaction has locked. */
export async function updateExperiment(tx: Tx, id: string, change: ExperimentChange): Promise<ExperimentRow> {
  const { arms, start_problem: problem, metric_versions: metricVersions, ...columns } = change;
  const row = await tx
    .updateTable('experiment.experiment')
    .set({
      ...columns,
      ...(arms !== undefined && { arms: jsonb(arms.map((arm) => ({ ...arm }))) }),
      ...(metricVersions !== undefined && { metric_versions: jsonb(metricVersions.map((metric) => ({ ...metric }))) }),
      ...(problem !== undefined && { start_problem: problem === null ? null : jsonb({ ...problem }) }),
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
