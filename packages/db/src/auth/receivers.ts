import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import type { ReceiverRow } from './rows.ts';

const shown = [
  'id',
  'organisation_id',
  'project_id',
  'kind',
  'name',
  'address',
  'topics',
  'paused_at',
  'pause_cause',
  'failing_since',
  'version',
  'created_at',
  'updated_at',
] as const;

/** Why nothing is sent to a receiver: somebody paused it, nothing came through for too long, or it said that it is gone. */
export type PauseCause = 'person' | 'failing' | 'gone';

export interface NewReceiver {
  readonly id: string;
  readonly organisation_id: string;
  readonly project_id: string;
  readonly kind: string;
  readonly name: string;
  readonly address: string;
  readonly topics: readonly string[];
  /** Of webhooks only; encrypted. */
  readonly sealed_secret: Uint8Array | null;
}

export async function insertReceiver(tx: Tx, receiver: NewReceiver): Promise<ReceiverRow> {
  const { sealed_secret: sealed } = receiver;
  return tx
    .insertInto('auth.receiver')
    .values({ ...receiver, topics: [...receiver.topics], sealed_secret: sealed && Buffer.from(sealed) })
    .returning(shown)
    .executeTakeFirstOrThrow();
}

/** All of a project, in the order in which they were made. */
export async function listReceivers(tx: Tx, projectId: string): Promise<readonly ReceiverRow[]> {
  return tx.selectFrom('auth.receiver').select(shown).where('project_id', '=', projectId).orderBy('id').execute();
}

/** Those to whom something is sent, of all these projects. */
export async function listTold(tx: Tx, projectIds: readonly string[]): Promise<readonly ReceiverRow[]> {
  if (projectIds.length === 0) return [];
  return tx
    .selectFrom('auth.receiver')
    .select(shown)
    .where('project_id', 'in', projectIds)
    .where('paused_at', 'is', null)
    .orderBy('id')
    .execute();
}

export async function readReceiver(tx: Tx, projectId: string, id: string): Promise<ReceiverRow | undefined> {
  return tx.selectFrom('auth.receiver').select(shown).where('project_id', '=', projectId).where('id', '=', id).executeTakeFirst();
}

/** Held against other changes until the transaction ends. */
export async function lockReceiver(tx: Tx, projectId: string, id: string): Promise<ReceiverRow | undefined> {
  return tx
    .selectFrom('auth.receiver')
    .select(shown)
    .where('project_id', '=', projectId)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
}

/** What of a receiver is changed; a pause goes by its cause, null ends it. */
export interface ReceiverChange {
  readonly name: string;
  readonly address: string;
  readonly topics: readonly string[];
  readonly pauseCause: PauseCause | null;
}

/** Who goes on after a pause begins anew: what failed before it counts no more. */
export async function updateReceiver(tx: Tx, id: string, change: ReceiverChange): Promise<ReceiverRow> {
  const { name, address, topics, pauseCause } = change;
  return tx
    .updateTable('auth.receiver')
    .set((update) => ({
      name,
      address,
      topics: [...topics],
      pause_cause: pauseCause,
      paused_at: pauseCause === null ? null : sql<Date>`coalesce(paused_at, clock_timestamp())`,
      ...(pauseCause === null && { failing_since: sql<Date | null>`case when paused_at is null then failing_since end` }),
      version: update('version', '+', 1),
      updated_at: sql<Date>`now()`,
    }))
    .where('id', '=', id)
    .returning(shown)
    .executeTakeFirstOrThrow();
}

export async function deleteReceiver(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('auth.receiver').where('id', '=', id).execute();
}

/** Whom an e-mail address belongs to leaves: nothing more is sent there. @returns what is gone */
export async function deleteEmailReceivers(tx: Tx, address: string): Promise<readonly ReceiverRow[]> {
  return tx.deleteFrom('auth.receiver').where('kind', '=', 'email').where('address', '=', address).returning(shown).execute();
}
