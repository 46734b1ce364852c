import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

export interface StoredEntity {
  readonly kind: string;
  readonly id: string;
  readonly revision: number;
  /** UTF-8 JSON text. */
  readonly body: string;
}

export interface StoredDefinitions {
  readonly revision: number;
  /** 0 for a snapshot. */
  readonly fromRevision: number;
  readonly entities: readonly StoredEntity[];
  readonly removed: readonly { readonly kind: string; readonly id: string }[];
}

interface Row {
  readonly revision: number;
  readonly from_revision: number;
  readonly changed_in: number | null;
  readonly kind: string;
  readonly id: string;
  readonly body: string;
  readonly removed: boolean;
}

/**
 * The definitions of an environment: what changed since `fromRevision`, or a snapshot where that is 0, unknown or too old.
 * One statement, so that revision and rows belong together and no removal is forgotten between two looks. Undefined: there is
 * no such environment for this tenant.
 */
export async function readDefinitions(
  tx: Tx,
  environmentId: string,
  fromRevision: number,
): Promise<StoredDefinitions | undefined> {
  const from = sql`${Number.isSafeInteger(fromRevision) ? fromRevision : 0}::bigint`;
  const { rows } = await sql<Row>`
    with environment as (
      select environment_id, revision,
        case when ${from} > 0 and ${from} between forgotten_revision and revision then ${from} else 0 end as from_revision
      from platform.environment_revision where environment_id = ${environmentId}
    )
    select environment.revision, environment.from_revision, definition.revision as changed_in, kind, id, body, removed
    from environment left join platform.definition as definition
      on definition.environment_id = environment.environment_id and definition.revision > environment.from_revision
        and (not removed or environment.from_revision > 0)
    order by kind, id`.execute(tx);
  const [head] = rows;
  if (head === undefined) return undefined;
  const entities: StoredEntity[] = [];
  const removed: { kind: string; id: string }[] = [];
  for (const { kind, id, body, removed: isRemoved, changed_in: changedIn } of rows) {
    // The row of an environment where there is nothing to tell.
    if (changedIn === null) continue;
    if (isRemoved) removed.push({ kind, id });
    else entities.push({ kind, id, revision: changedIn, body });
  }
  return { revision: head.revision, fromRevision: head.from_revision, entities, removed };
}
