import { asJson, jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import type { StoredArm, StoredServe } from './experiment-row.ts';
import { iterationRow, type IterationMetric, type IterationRow, type IterationSettings } from './iteration-row.ts';
import { replacePeriods } from './periods.ts';

/** An iteration begins with its first period. */
export async function insertIteration(
  tx: Tx,
  iteration: {
    readonly id: string;
    readonly organisationId: string;
    readonly experimentId: string;
    readonly number: number;
    readonly splitId: string;
    readonly salt: string;
    readonly startedAt: Date;
    readonly periodFrom: Date;
    /** Where it is known from the start. */
    readonly periodTo: Date | undefined;
    readonly arms: readonly StoredArm[];
    readonly enrolmentMilliPercent: number;
    readonly settings: IterationSettings;
    readonly snapshotHash: string;
    readonly reRandomised: boolean;
    /** How long late data counts after the stop. */
    readonly graceMs: number;
  },
): Promise<void> {
  const settings = jsonb(asJson(iteration.settings));
  await tx
    .insertInto('experiment.iteration')
    .values({
      id: iteration.id,
      organisation_id: iteration.organisationId,
      experiment_id: iteration.experimentId,
      number: iteration.number,
      split_id: iteration.splitId,
      salt: iteration.salt,
      started_at: iteration.startedAt,
      metric_versions: versionsOf(iteration.settings.metrics),
      settings,
      snapshot: settings,
      snapshot_hash: iteration.snapshotHash,
      re_randomised: iteration.reRandomised,
      grace_ms: iteration.graceMs,
    })
    .execute();
  const { periodFrom: from, periodTo: to, arms, enrolmentMilliPercent } = iteration;
  await replacePeriods(tx, iteration, [{ number: 1, from, to, arms, enrolmentMilliPercent, isPause: false }]);
}

function versionsOf(metrics: readonly IterationMetric[]) {
  return jsonb(asJson(metrics.flatMap(({ key, version }) => (version === undefined ? [] : [{ key, version }]))));
}

export async function findIteration(tx: Tx, id: string): Promise<IterationRow | undefined> {
  const row = await tx.selectFrom('experiment.iteration').selectAll().where('id', '=', id).executeTakeFirst();
  return row && iterationRow(row);
}

/** All iterations of an experiment, the first one first. */
export async function listIterations(tx: Tx, experimentId: string): Promise<readonly IterationRow[]> {
  const rows = await tx
    .selectFrom('experiment.iteration')
    .selectAll()
    .where('experiment_id', '=', experimentId)
    .orderBy('number')
    .execute();
  return rows.map(iterationRow);
}

/**
 * Iterations of some experiments that another one followed and whose results still move, the first one first.
 * @param query.graceSince - those whose grace period ended before are at rest
 */
export async function earlierIterations(
  tx: Tx,
  query: { readonly experimentIds: readonly string[]; readonly graceSince: Date },
): Promise<readonly IterationRow[]> {
  if (query.experimentIds.length === 0) return [];
  const rows = await tx
    .selectFrom('experiment.iteration')
    .innerJoin('experiment.experiment', 'experiment.experiment.id', 'experiment.iteration.experiment_id')
    .selectAll('experiment.iteration')
    .where('experiment.iteration.experiment_id', 'in', [...query.experimentIds])
    .where('experiment.iteration.grace_until', '>=', query.graceSince)
    .whereRef('experiment.iteration.id', '!=', 'experiment.experiment.iteration_id')
    .orderBy('experiment.iteration.number')
    .execute();
  return rows.map(iterationRow);
}

/** How an iteration is measured from now on, its past included; its snapshot stays. */
export async function setIterationSettings(
  tx: Tx,
  iterationId: string,
  change: { readonly settings: IterationSettings; readonly graceMs: number },
): Promise<void> {
  await tx
    .updateTable('experiment.iteration')
    .set({
      settings: jsonb(asJson(change.settings)),
      metric_versions: versionsOf(change.settings.metrics),
      grace_ms: change.graceMs,
    })
    .where('id', '=', iterationId)
    .execute();
}

/** Ends an iteration and its open period. A period whose end was given at the start keeps it. */
export async function endIteration(
  tx: Tx,
  iterationId: string,
  end: { readonly stoppedAt: Date; readonly graceUntil: Date; readonly served: StoredServe | null },
): Promise<void> {
  await tx
    .updateTable('experiment.iteration')
    .set({
      stopped_at: end.stoppedAt,
      grace_until: end.graceUntil,
      served_after: end.served === null ? null : jsonb(asJson(end.served)),
    })
    .where('id', '=', iterationId)
    .execute();
  await tx
    .updateTable('experiment.period')
    .set({ to_at: end.stoppedAt })
    .where('iteration_id', '=', iterationId)
    .where('to_at', 'is', null)
    .execute();
}

/** The code of the last decision on an iteration. */
export async function setDecision(tx: Tx, iterationId: string, decision: string): Promise<void> {
  await tx.updateTable('experiment.iteration').set({ decision }).where('id', '=', iterationId).execute();
}
