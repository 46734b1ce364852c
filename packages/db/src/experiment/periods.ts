import type { Selectable } from 'kysely';
import type { ExperimentPeriod } from '../gen/schema.ts';
import { asJson, jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';
import type { StoredArm } from './experiment-row.ts';
import type { StoredPeriod } from './iteration-row.ts';

/** The periods of some iterations, in the order of iterations and time. */
export async function readPeriods(
  tx: Tx,
  iterationIds: readonly string[],
): Promise<ReadonlyMap<string, readonly StoredPeriod[]>> {
  const found = new Map<string, StoredPeriod[]>(iterationIds.map((id) => [id, []]));
  if (iterationIds.length === 0) return found;
  const rows = await tx
    .selectFrom('experiment.period')
    .selectAll()
    .where('iteration_id', 'in', [...iterationIds])
    .orderBy('number')
    .execute();
  for (const row of rows) found.get(row.iteration_id)?.push(storedPeriod(row));
  return found;
}

function storedPeriod(row: Selectable<ExperimentPeriod>): StoredPeriod {
  return {
    number: row.number,
    from: row.from_at,
    to: row.to_at ?? undefined,
    // The column holds nothing else: `replacePeriods` sees to it.
    arms: row.arms as unknown as readonly StoredArm[],
    enrolmentMilliPercent: row.enrolment_milli_percent,
    isPause: row.is_pause,
  };
}

/** Writes all periods of an iteration anew, under the lock of its experiment. */
export async function replacePeriods(
  tx: Tx,
  iteration: { readonly id: string; readonly organisationId: string },
  periods: readonly StoredPeriod[],
): Promise<void> {
  await tx.deleteFrom('experiment.period').where('iteration_id', '=', iteration.id).execute();
  await tx
    .insertInto('experiment.period')
    .values(
      periods.map((period) => ({
        iteration_id: iteration.id,
        number: period.number,
        organisation_id: iteration.organisationId,
        from_at: period.from,
        to_at: period.to ?? null,
        arms: jsonb(asJson(period.arms)),
        enrolment_milli_percent: period.enrolmentMilliPercent,
        is_pause: period.isPause,
      })),
    )
    .execute();
}
