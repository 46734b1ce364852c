import type { Tx } from '../postgres/index.ts';

/** The transaction must act as that user. */
export async function insertSignInLink(
  tx: Tx,
  link: { readonly sha256: Uint8Array; readonly user_id: string; readonly expires_at: Date },
): Promise<void> {
  await tx
    .insertInto('auth.sign_in_link')
    .values({ ...link, sha256: Buffer.from(link.sha256) })
    .execute();
}

/** @returns whether it was valid; it is not any more. */
export async function useSignInLink(tx: Tx, sha256: Uint8Array, now: Date): Promise<boolean> {
  const used = await tx
    .updateTable('auth.sign_in_link')
    .set({ used_at: now })
    .where('sha256', '=', Buffer.from(sha256))
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  return used.numUpdatedRows > 0n;
}
