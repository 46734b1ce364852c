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

/**
 * The definitions of an environment: what changed since `fromRevision`, or a snapshot where that is 0, unknown or too old.
 * One statement, so that revision and rows belong together. Undefined: there is no such environment for this tenant.
 */
export async function readDefinitions(
  tx: Tx,
  environmentId: string,
  fromRevision: number,
): Promise<StoredDefinitions | undefined> {
  const head = await tx
    .selectFrom('platform.environment_revision')
    .select(['revision', 'forgotten_revision'])
    .where('environment_id', '=', environmentId)
    .executeTakeFirst();
  if (head === undefined) return undefined;
  const isDelta = fromRevision > 0 && fromRevision >= head.forgotten_revision && fromRevision <= head.revision;
  const from = isDelta ? fromRevision : 0;
  const rows = await tx
    .selectFrom('platform.environment_revision as environment')
    .leftJoin('platform.definition as definition', (join) =>
      join.onRef('definition.environment_id', '=', 'environment.environment_id').on('definition.revision', '>', from),
    )
    .select(['environment.revision', 'definition.kind', 'definition.id', 'definition.body', 'definition.removed'])
    .select('definition.revision as changed_in')
    .where('environment.environment_id', '=', environmentId)
    .orderBy('definition.kind')
    .orderBy('definition.id')
    .execute();
  const entities: StoredEntity[] = [];
  const removed: { kind: string; id: string }[] = [];
  for (const { kind, id, body, removed: isRemoved, changed_in: changedIn } of rows) {
    if (kind === null || id === null || body === null || changedIn === null) continue;
    if (!isRemoved) entities.push({ kind, id, revision: changedIn, body });
    else if (isDelta) removed.push({ kind, id });
  }
  return { revision: rows[0]?.revision ?? head.revision, fromRevision: from, entities, removed };
}
