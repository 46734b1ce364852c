import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import type { Publication } from './change-environment.ts';

/** Bodies that one statement writes: a project's flags take few statements, and no statement grows without bound. */
const bodiesPerStatement = 100;

/** Where a publication goes. */
export interface PublicationTarget {
  readonly organisationId: string;
  readonly environmentId: string;
  /** Given to whatever differs from what was published before. */
  readonly revision: number;
}

/** Writes definitions and references in sets. @returns whether any definition differs from what was published before */
export async function applyPublication(tx: Tx, target: PublicationTarget, publication: Publication): Promise<boolean> {
  const upserted = await upsertDefinitions(tx, target, publication.upsert ?? []);
  const removed = await removeDefinitions(tx, target, publication.remove ?? []);
  await replaceReferences(tx, target, publication.references ?? []);
  return upserted || removed;
}

async function upsertDefinitions(
  tx: Tx,
  { organisationId, environmentId, revision }: PublicationTarget,
  definitions: NonNullable<Publication['upsert']>,
): Promise<boolean> {
  let changed = false;
  for (let start = 0; start < definitions.length; start += bodiesPerStatement) {
    const some = definitions.slice(start, start + bodiesPerStatement);
    const result = await sql`
      insert into platform.definition (environment_id, kind, id, organisation_id, revision, body)
      select ${environmentId}::uuid, kind, id, ${organisationId}::uuid, ${revision}::bigint, body
      from unnest(${some.map(({ kind }) => kind)}::text[], ${some.map(({ id }) => id)}::text[], ${some.map(({ body }) => body)}::text[])
        as given (kind, id, body)
      on conflict (environment_id, kind, id) do update
        set revision = excluded.revision, body = excluded.body, removed = false, changed_at = now()
        where definition.body <> excluded.body or definition.removed`.execute(tx);
    changed ||= (result.numAffectedRows ?? 0n) > 0n;
  }
  return changed;
}

async function removeDefinitions(
  tx: Tx,
  { environmentId, revision }: PublicationTarget,
  definitions: NonNullable<Publication['remove']>,
): Promise<boolean> {
  if (definitions.length === 0) return false;
  const result = await sql`
    update platform.definition as definition
    set revision = ${revision}::bigint, body = '', removed = true, changed_at = now()
    from unnest(${definitions.map(({ kind }) => kind)}::text[], ${definitions.map(({ id }) => id)}::text[]) as given (kind, id)
    where definition.environment_id = ${environmentId} and definition.kind = given.kind and definition.id = given.id
      and not definition.removed`.execute(tx);
  return (result.numAffectedRows ?? 0n) > 0n;
}

async function replaceReferences(
  tx: Tx,
  { organisationId, environmentId }: PublicationTarget,
  references: NonNullable<Publication['references']>,
): Promise<void> {
  if (references.length === 0) return;
  await sql`
    delete from platform.reference as reference
    using unnest(${references.map(({ from }) => from.kind)}::text[], ${references.map(({ from }) => from.key)}::text[]) as given (kind, key)
    where reference.environment_id = ${environmentId} and reference.from_kind = given.kind and reference.from_key = given.key`.execute(
    tx,
  );
  const pairs = references.flatMap(({ from, to }) => to.map((target) => ({ from, target })));
  if (pairs.length === 0) return;
  await sql`
    insert into platform.reference (environment_id, organisation_id, from_kind, from_key, to_kind, to_key)
    select ${environmentId}::uuid, ${organisationId}::uuid, from_kind, from_key, to_kind, to_key
    from unnest(
      ${pairs.map(({ from }) => from.kind)}::text[], ${pairs.map(({ from }) => from.key)}::text[],
      ${pairs.map(({ target }) => target.kind)}::text[], ${pairs.map(({ target }) => target.key)}::text[]
    ) as given (from_kind, from_key, to_kind, to_key)
    on conflict do nothing`.execute(tx);
}
