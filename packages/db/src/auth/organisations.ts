import type { Tx } from '../postgres/index.ts';
import type { OrganisationRow } from './rows.ts';

/** The transaction must already be the new organisation's. */
export async function insertOrganisation(
  tx: Tx,
  organisation: { readonly id: string; readonly key: string; readonly name: string },
): Promise<OrganisationRow> {
  return tx.insertInto('auth.organisation').values(organisation).returningAll().executeTakeFirstOrThrow();
}

/** The organisation of this transaction. */
export async function readOrganisation(tx: Tx): Promise<OrganisationRow> {
  return tx.selectFrom('auth.organisation').selectAll().executeTakeFirstOrThrow();
}

/** The same, held against other changes until the transaction ends. */
export async function lockOrganisation(tx: Tx): Promise<OrganisationRow> {
  return tx.selectFrom('auth.organisation').selectAll().forUpdate().executeTakeFirstOrThrow();
}

export async function renameOrganisation(tx: Tx, id: string, name: string): Promise<OrganisationRow> {
  return tx
    .updateTable('auth.organisation')
    .set((update) => ({ name, version: update('version', '+', 1) }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
