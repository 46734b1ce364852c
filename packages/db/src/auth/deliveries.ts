import { sql } from 'kysely';
import { createJobQueue, fromNow, type JobError, type JobLease } from '../job-queue/index.ts';
import { storeErrorOf, type Database, type Tx } from '../postgres/index.ts';
import type { PauseCause } from './receivers.ts';
import type { DeliveryRow, ListPage, ReceiverRow } from './rows.ts';

export type { JobLease } from '../job-queue/index.ts';

const queue = createJobQueue({
  table: 'auth.delivery',
  claim: (token, leaseMs) => sql`auth.claim_delivery(${leaseMs}, ${token})`,
  pausedState: 'waiting',
});

export const postponeDelivery = queue.postpone;

/**
 * Takes the oldest delivery that is due, of whatever organisation, where nothing is on its way to its receiver.
 * @returns undefined where there is none, or another sender was quicker with the same receiver
 */
export async function claimDelivery(database: Database, token: string, leaseMs: number): Promise<JobLease | undefined> {
  try {
    return await queue.claim(database, token, leaseMs);
  } catch (error) {
    if (storeErrorOf(error)?.kind === 'unique-violation') return undefined;
    throw error;
  }
}

/** What a message is called and says. */
export interface Message {
  readonly topic: string;
  readonly title: string;
  /** Sent byte for byte. */
  readonly body: string;
}

/**
 * Queues a message for a receiver, once for each record.
 * @param recordId - null: a test
 */
export async function insertDelivery(
  tx: Tx,
  delivery: Message & {
    readonly id: string;
    readonly receiver: Pick<ReceiverRow, 'id' | 'organisation_id'>;
    readonly recordId: string | null;
    /** It is not attempted: it is kept as failed for this reason. */
    readonly refused?: JobError | undefined;
  },
): Promise<DeliveryRow | undefined> {
  const { id, receiver, recordId, topic, title, body, refused } = delivery;
  return tx
    .insertInto('auth.delivery')
    .values({
      id,
      organisation_id: receiver.organisation_id,
      receiver_id: receiver.id,
      record_id: recordId,
      topic,
      title,
      body,
      ...(refused !== undefined && {
        state: 'failed',
        error_code: refused.code,
        error_message: refused.message,
        finished_at: sql<Date>`clock_timestamp()`,
      }),
    })
    .onConflict((conflict) => conflict.columns(['receiver_id', 'record_id']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** How many messages wait for a receiver. */
export async function countWaiting(tx: Tx, receiverId: string): Promise<number> {
  const { waiting } = await tx
    .selectFrom('auth.delivery')
    .select(({ fn }) => fn.countAll<number>().as('waiting'))
    .where('receiver_id', '=', receiverId)
    .where('state', 'in', ['waiting', 'running'])
    .executeTakeFirstOrThrow();
  return waiting;
}

/** What one attempt needs to know. */
export interface ClaimedDelivery {
  readonly delivery: DeliveryRow;
  readonly receiver: ReceiverRow & { readonly sealed_secret: Buffer | null };
}

/** Undefined: the lease was lost, or the receiver is gone. */
export async function readClaimed(tx: Tx, { jobId, token }: JobLease): Promise<ClaimedDelivery | undefined> {
  const delivery = await tx
    .selectFrom('auth.delivery')
    .selectAll()
    .where('id', '=', jobId)
    .where('lease_token', '=', token)
    .executeTakeFirst();
  if (delivery === undefined) return undefined;
  const receiver = await tx
    .selectFrom('auth.receiver')
    .selectAll()
    .where('id', '=', delivery.receiver_id)
    .executeTakeFirstOrThrow();
  return { delivery, receiver };
}

/** The receiver is locked before its delivery, as whoever deletes it does: otherwise each could wait for the other. */
async function writeStatus(tx: Tx, lease: JobLease, receiverId: string, status: number | null): Promise<boolean> {
  await tx.selectFrom('auth.receiver').select('id').where('id', '=', receiverId).forUpdate().execute();
  return queue.change(tx, lease, sql`status = ${status}`);
}

/** It has arrived. @returns false where the lease was lost: then somebody else sends it once more */
export async function finishDelivered(tx: Tx, lease: JobLease, receiverId: string, status: number | null): Promise<boolean> {
  if (!(await writeStatus(tx, lease, receiverId, status))) return false;
  await tx.updateTable('auth.receiver').set({ failing_since: null }).where('id', '=', receiverId).execute();
  return queue.finish(tx, lease, undefined);
}

/** Why an attempt came to nothing. */
export interface AttemptFailure extends JobError {
  /** Of the answer over HTTP; null: there was none. */
  readonly status: number | null;
}

/**
 * It has not arrived.
 * @param retryInMs - null: it is given up
 * @returns false where the lease was lost
 */
export async function finishAttempt(
  tx: Tx,
  lease: JobLease,
  receiverId: string,
  failure: AttemptFailure,
  retryInMs: number | null,
): Promise<boolean> {
  if (!(await writeStatus(tx, lease, receiverId, failure.status))) return false;
  await tx
    .updateTable('auth.receiver')
    .set({ failing_since: sql<Date>`coalesce(failing_since, clock_timestamp())` })
    .where('id', '=', receiverId)
    .execute();
  return retryInMs === null ? queue.finish(tx, lease, failure) : queue.postpone(tx, lease, retryInMs, failure);
}

/**
 * Pauses a receiver to which nothing comes through.
 * @param failingForMs - only where it has failed for so long; 0: whatever it did before
 * @returns the receiver as it is then; undefined where it was not to be paused, or is paused already
 */
export async function pauseFailing(
  tx: Tx,
  receiverId: string,
  cause: PauseCause,
  failingForMs: number,
): Promise<ReceiverRow | undefined> {
  return tx
    .updateTable('auth.receiver')
    .set((update) => ({
      paused_at: sql<Date>`clock_timestamp()`,
      pause_cause: cause,
      version: update('version', '+', 1),
      updated_at: sql<Date>`now()`,
    }))
    .where('id', '=', receiverId)
    .where('paused_at', 'is', null)
    .where('failing_since', '<=', fromNow(-failingForMs))
    .returningAll()
    .executeTakeFirst();
}

/** The newest first; `after` is `[id]`. */
export async function listDeliveries(
  tx: Tx,
  receiverId: string,
  page: Pick<ListPage, 'limit' | 'after'>,
): Promise<readonly DeliveryRow[]> {
  let query = tx
    .selectFrom('auth.delivery')
    .selectAll()
    .where('receiver_id', '=', receiverId)
    .orderBy('id', 'desc')
    .limit(page.limit);
  const [afterId] = page.after ?? [];
  if (afterId !== undefined) query = query.where('id', '<', afterId);
  return query.execute();
}

/** Forgets deliveries of a tenant that are older than so many days. */
export async function deleteOldDeliveries(tx: Tx, keepDays: number, most: number): Promise<void> {
  await sql`
    delete from auth.delivery where id in (
      select id from auth.delivery where created_at < now() - make_interval(days => ${keepDays})
      order by created_at limit ${most} for update skip locked)`.execute(tx);
}
