import { asJson, jsonb } from '../platform/index.ts';
import type { Tx } from '../postgres/index.ts';

/** Exposures of one variant that one exclusion, or none, leaves out. */
export interface ExposureTally {
  readonly variant: string;
  /** Place of the exclusion from 1; 0: they count. */
  readonly exclusion: number;
  readonly items: number;
  readonly withoutUnit: number;
  /** Different units, where an exclusion leaves them out. */
  readonly units: number;
  /** When the last of them happened, epoch milliseconds. */
  readonly lastMs: number;
}

/** Events of one key that were stored within one hour. */
export interface EventTally {
  readonly event: string;
  /** The beginning of the hour, epoch milliseconds. */
  readonly hourMs: number;
  readonly items: number;
  readonly withoutUnit: number;
  readonly linked: number;
  /** Those that happened after the iteration was started; undefined: a program counted that did not tell them apart. */
  readonly sinceStart?: number | undefined;
  /** Of these. */
  readonly late: number;
  readonly lastMs: number;
}

/** Counts of items that grow by what is new. */
export interface DerivedTallies {
  /** Of those that were stored longer before `derivedUntil` than an insert takes. */
  readonly exposures: readonly ExposureTally[];
  readonly events: readonly EventTally[];
}

/** How the last comparison of units' rows with all items ended, where it did not end well. */
export interface FailedCheck {
  /** 'differs': not even rows that were made anew said the same. 'unchecked': it could not be finished. */
  readonly as: 'differs' | 'unchecked';
  readonly at: Date;
}

/** How far the rows of an iteration's units in the event store have come. */
export interface DerivedState {
  /** Of all that decides what is in the rows. */
  readonly plan: string;
  /** Items that were stored until then are in them. */
  readonly derivedUntil: Date;
  /** When they were last made from all items, or seen to agree with them. */
  readonly checkedAt: Date;
  /** Undefined where the last comparison ended well. */
  readonly failedCheck: FailedCheck | undefined;
  /** What metrics with a cap by quantile are capped at, by metric. */
  readonly caps: Readonly<Record<string, number>>;
  /** Undefined: all items are to be counted. */
  readonly tallies: DerivedTallies | undefined;
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
      failedCheck:
        row.check_failure === null || row.check_failed_at === null
          ? undefined
          : { as: row.check_failure as FailedCheck['as'], at: row.check_failed_at },
      caps: row.caps as unknown as Readonly<Record<string, number>>,
      tallies: (row.tallies ?? undefined) as unknown as DerivedTallies | undefined,
    }
  );
}

export async function saveDerivedState(tx: Tx, iteration: DerivedIteration, state: DerivedState): Promise<void> {
  const values = {
    plan: state.plan,
    derived_until: state.derivedUntil,
    checked_at: state.checkedAt,
    check_failure: state.failedCheck?.as ?? null,
    check_failed_at: state.failedCheck?.at ?? null,
    caps: jsonb({ ...state.caps }),
    tallies: state.tallies === undefined ? null : jsonb(asJson(state.tallies)),
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
