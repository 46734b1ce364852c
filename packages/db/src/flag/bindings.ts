import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import type { BindingRow } from './rows.ts';

/**
 * Its time is the clock's when it is written, the last thing before the commit that lets anybody see it.
 * @throws the store's unique violation where the split has a running iteration: look before, under the environment's lock
 */
export async function insertBinding(tx: Tx, binding: Omit<BindingRow, 'bound_at' | 'unbound_at'>): Promise<BindingRow> {
  return tx
    .insertInto('flag.binding')
    .values({ ...binding, bound_at: sql<Date>`clock_timestamp()` })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Whether it still runs or not. */
export async function findBinding(tx: Tx, iterationId: string): Promise<BindingRow | undefined> {
  return tx.selectFrom('flag.binding').selectAll().where('iteration_id', '=', iterationId).executeTakeFirst();
}

/** The iterations that run now, among what was asked for. */
export async function runningBindings(
  tx: Tx,
  query: { readonly flagId?: string; readonly environmentId?: string },
): Promise<readonly BindingRow[]> {
  let select = tx.selectFrom('flag.binding').selectAll().where('unbound_at', 'is', null).orderBy('iteration_id');
  if (query.flagId !== undefined) select = select.where('flag_id', '=', query.flagId);
  if (query.environmentId !== undefined) select = select.where('environment_id', '=', query.environmentId);
  return select.execute();
}

/** Ends a running iteration. */
export async function endBinding(tx: Tx, iterationId: string): Promise<BindingRow> {
  return tx
    .updateTable('flag.binding')
    .set({ unbound_at: sql<Date>`clock_timestamp()` })
    .where('iteration_id', '=', iterationId)
    .where('unbound_at', 'is', null)
    .returningAll()
    .executeTakeFirstOrThrow();
}
