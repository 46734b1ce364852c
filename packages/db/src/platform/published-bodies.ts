import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

/** What an environment has published under a key. */
export interface PublishedBody {
  readonly key: string;
  /** UTF-8 JSON text. */
  readonly body: string;
}

/** The published definitions of a kind whose bodies have these keys; what is not published is left out. */
export async function publishedBodies(
  tx: Tx,
  environmentId: string,
  kind: string,
  keys: readonly string[],
): Promise<readonly PublishedBody[]> {
  if (keys.length === 0) return [];
  const { rows } = await sql<PublishedBody>`
    select key, body from platform.definition
      -- What was removed has no body to read a key from.
      cross join lateral (select case when removed then null else body::json ->> 'key' end as key) as named
    where environment_id = ${environmentId} and kind = ${kind} and key = any(${[...keys]})
    order by key`.execute(tx);
  return rows;
}

/** The keys of all published definitions of a kind; for kinds of which there are few. */
export async function publishedKeys(tx: Tx, environmentId: string, kind: string): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ key: string }>`
    select body::json ->> 'key' as key from platform.definition
    where environment_id = ${environmentId} and kind = ${kind} and not removed`.execute(tx);
  return new Set(rows.map(({ key }) => key));
}

/** The published definitions of a kind that have these ids, by id; what is not published is left out. */
export async function publishedById(
  tx: Tx,
  environmentId: string,
  kind: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .selectFrom('platform.definition')
    .select(['id', 'body'])
    .where('environment_id', '=', environmentId)
    .where('kind', '=', kind)
    .where('id', 'in', [...ids])
    .where('removed', '=', false)
    .execute();
  return new Map(rows.map(({ id, body }) => [id, body]));
}
