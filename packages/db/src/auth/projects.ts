import { sql } from 'kysely';
import { searchPattern, type Tx } from '../postgres/index.ts';
import type { ListPage, ProjectRow } from './rows.ts';

export async function insertProject(
  tx: Tx,
  project: {
    readonly id: string;
    readonly organisation_id: string;
    readonly key: string;
    readonly name: string;
    readonly description: string;
  },
): Promise<ProjectRow> {
  return tx.insertInto('auth.project').values(project).returningAll().executeTakeFirstOrThrow();
}

export async function findProject(tx: Tx, key: string): Promise<ProjectRow | undefined> {
  return tx.selectFrom('auth.project').selectAll().where('key', '=', key).executeTakeFirst();
}

export async function readProject(tx: Tx, id: string): Promise<ProjectRow | undefined> {
  return tx.selectFrom('auth.project').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Held against other changes of it, and of what it holds, until the transaction ends. */
export async function lockProject(
  tx: Tx,
  by: { readonly key: string } | { readonly id: string },
): Promise<ProjectRow | undefined> {
  const query = tx.selectFrom('auth.project').selectAll().forUpdate();
  return ('key' in by ? query.where('key', '=', by.key) : query.where('id', '=', by.id)).executeTakeFirst();
}

/** In the order of their keys; `after` is `[key]`. */
export async function listProjects(tx: Tx, page: ListPage): Promise<readonly ProjectRow[]> {
  let query = tx.selectFrom('auth.project').selectAll().orderBy('key').limit(page.limit);
  const [afterKey] = page.after ?? [];
  if (afterKey !== undefined) query = query.where('key', '>', afterKey);
  if (page.query !== '') {
    const pattern = searchPattern(page.query);
    query = query.where((where) => where.or([where('key', 'ilike', pattern), where('name', 'ilike', pattern)]));
  }
  return query.execute();
}

export async function updateProject(
  tx: Tx,
  id: string,
  change: { readonly name: string; readonly description: string },
): Promise<ProjectRow> {
  return tx
    .updateTable('auth.project')
    .set((update) => ({ ...change, version: update('version', '+', 1), updated_at: sql<Date>`now()` }))
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}
