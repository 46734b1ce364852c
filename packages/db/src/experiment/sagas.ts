import { sql } from 'kysely';
import { asJson, jsonb } from '../platform/index.ts';
import type { Database, Tx } from '../postgres/index.ts';
import type { SagaRow, StoredActor, StoredServe } from './experiment-row.ts';

/** A time from now by the store's clock, the one clock that all replicas share. */
function fromNow(milliseconds: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${milliseconds / 1_000})`;
}

/** Records that a start or stop has begun; whoever records it holds the lease. */
export async function insertSaga(
  tx: Tx,
  saga: {
    readonly experimentId: string;
    readonly organisationId: string;
    readonly iterationId: string;
    readonly actor: StoredActor;
    readonly requestId: string;
    /** Of a start: whether the split gets new salts. */
    readonly rerandomise?: boolean;
    /** Of a stop: what is served afterwards. */
    readonly serve?: StoredServe;
  },
  leaseMs: number,
): Promise<void> {
  await tx
    .insertInto('experiment.saga')
    .values({
      experiment_id: saga.experimentId,
      organisation_id: saga.organisationId,
      iteration_id: saga.iterationId,
      actor: jsonb({ ...saga.actor }),
      request_id: saga.requestId,
      rerandomise: saga.rerandomise ?? false,
      serve: saga.serve === undefined ? null : jsonb(asJson(saga.serve)),
      due_at: fromNow(leaseMs),
    })
    .execute();
}

export async function findSaga(tx: Tx, experimentId: string): Promise<SagaRow | undefined> {
  const row = await tx.selectFrom('experiment.saga').selectAll().where('experiment_id', '=', experimentId).executeTakeFirst();
  // The columns hold nothing else: `insertSaga` sees to it.
  return row as unknown as SagaRow | undefined;
}

/** It is finished or undone, in the transaction that does so. */
export async function deleteSaga(tx: Tx, experimentId: string): Promise<void> {
  await tx.deleteFrom('experiment.saga').where('experiment_id', '=', experimentId).execute();
}

/** Gives the lease back after an attempt that came to nothing: the next may follow after a pause. */
export async function postponeSaga(tx: Tx, experimentId: string, pauseMs: number): Promise<void> {
  await tx
    .updateTable('experiment.saga')
    .set({ attempts: sql<number>`attempts + 1`, due_at: fromNow(pauseMs) })
    .where('experiment_id', '=', experimentId)
    .execute();
}

/** Takes the lease on one that is due, of whatever organisation; no other replica takes it before the lease ends. */
export async function claimSaga(
  database: Database,
  leaseMs: number,
): Promise<{ readonly experimentId: string; readonly organisationId: string } | undefined> {
  const { rows } = await database.beforeTenant((tx) =>
    sql<{ experiment_id: string; organisation_id: string }>`
      select experiment_id, organisation_id from experiment.claim_saga(${leaseMs})`.execute(tx),
  );
  const [row] = rows;
  return row && { experimentId: row.experiment_id, organisationId: row.organisation_id };
}
