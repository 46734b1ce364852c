import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import type { UserRow } from './rows.ts';
import { actAsUser } from './transaction-identity.ts';

/** Makes a person; the transaction acts as them from here on. */
export async function insertUser(
  tx: Tx,
  user: { readonly id: string; readonly email: string; readonly name: string },
): Promise<UserRow> {
  await actAsUser(tx, user.id);
  return tx.insertInto('auth.user_account').values(user).returningAll().executeTakeFirstOrThrow();
}

/** Undefined where this transaction is neither theirs nor of an organisation of theirs. */
export async function readUser(tx: Tx, id: string): Promise<UserRow | undefined> {
  return tx.selectFrom('auth.user_account').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * Sets the password of the person as whom the transaction acts.
 * @param hash - argon2id in its PHC form
 */
export async function setPasswordHash(tx: Tx, userId: string, hash: string): Promise<void> {
  await tx
    .insertInto('auth.password')
    .values({ user_id: userId, hash })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet({ hash, changed_at: sql<Date>`now()` }))
    .execute();
}

/** Of the person as whom the transaction acts; held against other changes. Undefined: none was set. */
export async function lockPasswordHash(tx: Tx, userId: string): Promise<string | undefined> {
  const row = await tx.selectFrom('auth.password').select('hash').where('user_id', '=', userId).forUpdate().executeTakeFirst();
  return row?.hash;
}
