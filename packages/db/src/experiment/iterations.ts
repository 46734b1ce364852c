import type { Tx } from '../postgres/index.ts';
import { jsonb } from '../platform/index.ts';
import type { StoredArm, StoredMetricVersion } from './experiment-row.ts';

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
    readonly metricVersions: readonly StoredMetricVersion[];
  },
): Promise<void> {
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
      metric_versions: jsonb(iteration.metricVersions.map((metric) => ({ ...metric }))),
    })
    .execute();
  await tx
    .insertInto('experiment.period')
    .values({
      iteration_id: iteration.id,
      number: 1,
      organisation_id: iteration.organisationId,
      from_at: iteration.periodFrom,
      to_at: iteration.periodTo ?? null,
      arms: jsonb(iteration.arms.map((arm) => ({ ...arm }))),
    })
    .execute();
}

/** Which versions of its metrics an iteration is measured by from now on, its past included. */
export async function setMetricVersions(tx: Tx, iterationId: string, versions: readonly StoredMetricVersion[]): Promise<void> {
  await tx
    .updateTable('experiment.iteration')
    .set({ metric_versions: jsonb(versions.map((metric) => ({ ...metric }))) })
    .where('id', '=', iterationId)
    .execute();
}

/** Ends an iteration and its open period. A period whose end was given at the start keeps it. */
export async function endIteration(tx: Tx, iterationId: string, stoppedAt: Date): Promise<void> {
  await tx.updateTable('experiment.iteration').set({ stopped_at: stoppedAt }).where('id', '=', iterationId).execute();
  await tx
    .updateTable('experiment.period')
    .set({ to_at: stoppedAt })
    .where('iteration_id', '=', iterationId)
    .where('to_at', 'is', null)
    .execute();
}

/** From when to when exposures of an iteration count; `to` absent: until now. Undefined: it never began. */
export async function iterationSpan(
  tx: Tx,
  iterationId: string,
): Promise<{ readonly from: Date; readonly to: Date | undefined } | undefined> {
  const periods = await tx
    .selectFrom('experiment.period')
    .select(['from_at', 'to_at'])
    .where('iteration_id', '=', iterationId)
    .orderBy('number')
    .execute();
  const first = periods.at(0);
  return first && { from: first.from_at, to: periods.at(-1)?.to_at ?? undefined };
}
