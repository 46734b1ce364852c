import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import type { Referent } from './change-environment.ts';

/**
 * Whether a thing that refers to `to` would reach itself, given who refers to whom in the environment. Read under the
 * environment's lock, so that two changes at once can't close a cycle together.
 * @returns the way round, the thing itself first and last; undefined where there is no cycle
 */
export async function findReferenceCycle(
  tx: Tx,
  environmentId: string,
  from: Referent,
  to: readonly Referent[],
): Promise<readonly Referent[] | undefined> {
  if (to.length === 0) return undefined;
  const isFrom = (one: Referent): boolean => one.kind === from.kind && one.key === from.key;
  if (to.some(isFrom)) return [from, from];
  const { rows } = await sql<{ from_kind: string; from_key: string; to_kind: string; to_key: string }>`
    with recursive reached (kind, key) as (
      select * from unnest(${to.map(({ kind }) => kind)}::text[], ${to.map(({ key }) => key)}::text[])
      union
      select reference.to_kind, reference.to_key
      from reached join platform.reference as reference
        on reference.environment_id = ${environmentId} and reference.from_kind = reached.kind and reference.from_key = reached.key
      where (reached.kind, reached.key) <> (${from.kind}, ${from.key})
    )
    select reference.from_kind, reference.from_key, reference.to_kind, reference.to_key
    from reached join platform.reference as reference
      on reference.environment_id = ${environmentId} and reference.from_kind = reached.kind and reference.from_key = reached.key`.execute(
    tx,
  );
  const next = new Map<string, Referent[]>();
  for (const row of rows) {
    const name = nameOf({ kind: row.from_kind, key: row.from_key });
    next.set(name, [...(next.get(name) ?? []), { kind: row.to_kind, key: row.to_key }]);
  }
  next.set(nameOf(from), [...to]);
  return shortestWayBack(from, next);
}

function nameOf({ kind, key }: Referent): string {
  return `${kind}:${key}`;
}

/** Breadth first, so that people are shown the shortest cycle. */
function shortestWayBack(from: Referent, next: ReadonlyMap<string, readonly Referent[]>): readonly Referent[] | undefined {
  const seen = new Set<string>();
  const waiting: (readonly Referent[])[] = [[from]];
  for (const way of waiting) {
    const last = way.at(-1);
    if (last === undefined) continue;
    for (const referent of next.get(nameOf(last)) ?? []) {
      if (nameOf(referent) === nameOf(from)) return [...way, from];
      if (seen.has(nameOf(referent))) continue;
      seen.add(nameOf(referent));
      waiting.push([...way, referent]);
    }
  }
  return undefined;
}
