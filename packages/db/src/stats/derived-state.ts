import { jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';

/** How far the rows of an iteration's units in the event store have come. */
export interface DerivedState {
  /** Of all that decides what is in the rows. */
  readonly plan: string;
  /** Items that were stored until then are in them. */
  readonly derivedUntil: Date;
  /** When they were last made from all items, or seen to agree with them. */
  readonly checkedAt: Date;
  /** What metrics with a cap by quantile are capped at, by metric. */
  readonly caps: Readonly<Record<string, number>>;
}

export interface DerivedIteration {
  readonly organisationId: string;
  readonly environmentId: string;
  readonly experimentId: string;
  readonly iterationId: string;
}

/** Undefined: nothing was derived, or all of it was forgotten. */
export async function findDerivedState(tx: Tx, iterationId: string): Promise<DerivedState | undefined> {
  const row = await tx.selectFrom('stats.derived_state').selectAll().where('iteration_id', '=', iterationId).executeTakeFirst();
  return (
    row && {
      plan: row.plan,
      derivedUntil: row.derived_until,
      checkedAt: row.checked_at,
      caps: row.caps as unknown as Readonly<Record<string, number>>,
    }
  );
}

export async function saveDerivedState(tx: Tx, iteration: DerivedIteration, state: DerivedState): Promise<void> {
  const values = {
    plan: state.plan,
    derived_until: state.derivedUntil,
    checked_at: state.checkedAt,
    caps: jsonb({ ...state.caps }),
  };
  await tx
    .insertInto('stats.derived_state')
    .values({
      iteration_id: iteration.iterationId,
      organisation_id: iteration.organisationId,
      environment_id: iteration.environmentId,
      experiment_id: iteration.experimentId,
      ...values,
    })
    .onConflict((conflict) => conflict.column('iteration_id').doUpdateSet(values))
    .execute();
}
