import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import { recordChange, type Change, type NewId } from './change.ts';

/** A thing with a name that others refer to, such as `{ kind: 'segment', key: 'beta' }`. */
export interface Referent {
  readonly kind: string;
  readonly key: string;
}

/** What one change publishes into one environment. */
export interface Publication {
  /** Bodies as UTF-8 JSON text, exactly as SDKs will get them. */
  readonly upsert?: readonly { readonly kind: string; readonly id: string; readonly body: string }[];
  readonly remove?: readonly { readonly kind: string; readonly id: string }[];
  /** Replaces all references that `from` makes. */
  readonly references?: readonly { readonly from: Referent; readonly to: readonly Referent[] }[];
}

/** The channel on which a commit hints at itself; the payload is `<environment id> <revision>`. */
export const environmentChannel = 'stitchd_environment';

/**
 * The one way to change what SDKs sync. Locks the revision row of each environment in ascending id, publishes, takes the
 * next revision where something differs, and writes audit and outbox, all in the transaction of the owner's own change.
 * @param environmentIds - one environment, or all of a project for a project-level change
 * @returns the revision of each environment after the change
 */
export async function changeEnvironments(
  tx: Tx,
  newId: NewId,
  environmentIds: readonly string[],
  change: Change,
  publish: (environmentId: string) => Promise<Publication>,
): Promise<ReadonlyMap<string, number>> {
  const locked = await lockEnvironments(tx, environmentIds);
  const revisions = new Map<string, number>();
  for (const { environment_id: environmentId, revision } of locked) {
    const publication = await publish(environmentId);
    const published = await applyPublication(tx, change.organisationId, environmentId, revision + 1, publication);
    revisions.set(environmentId, published ? revision + 1 : revision);
  }
  await recordChange(tx, newId, change);
  return revisions;
}

/**
 * Locks the revision rows of environments in ascending id, as `changeEnvironments` does: for owners who must read what they
 * change under that lock.
 * @returns the environments that exist, with their revision
 */
export async function lockEnvironments(
  tx: Tx,
  environmentIds: readonly string[],
): Promise<readonly { readonly environment_id: string; readonly revision: number }[]> {
  if (environmentIds.length === 0) return [];
  return tx
    .selectFrom('platform.environment_revision')
    .select(['environment_id', 'revision'])
    .where('environment_id', 'in', environmentIds)
    .orderBy('environment_id')
    .forUpdate()
    .execute();
}

/** @returns whether anything differs from what was published before */
async function applyPublication(
  tx: Tx,
  organisationId: string,
  environmentId: string,
  revision: number,
  publication: Publication,
): Promise<boolean> {
  let changed = false;
  for (const { kind, id, body } of publication.upsert ?? []) {
    const result = await tx
      .insertInto('platform.definition')
      .values({ environment_id: environmentId, kind, id, organisation_id: organisationId, revision, body })
      .onConflict((conflict) =>
        conflict
          .columns(['environment_id', 'kind', 'id'])
          .doUpdateSet({ revision, body, removed: false, changed_at: sql`now()` })
          .where((where) =>
            where.or([where('platform.definition.body', '<>', body), where('platform.definition.removed', '=', true)]),
          ),
      )
      .executeTakeFirst();
    changed ||= (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }
  for (const { kind, id } of publication.remove ?? []) {
    const result = await tx
      .updateTable('platform.definition')
      .set({ revision, body: '', removed: true, changed_at: sql`now()` })
      .where('environment_id', '=', environmentId)
      .where('kind', '=', kind)
      .where('id', '=', id)
      .where('removed', '=', false)
      .executeTakeFirst();
    changed ||= result.numUpdatedRows > 0n;
  }
  for (const { from, to } of publication.references ?? []) await replaceReferences(tx, organisationId, environmentId, from, to);
  if (changed) {
    await tx
      .updateTable('platform.environment_revision')
      .set({ revision, changed_at: sql`clock_timestamp()` })
      .where('environment_id', '=', environmentId)
      .execute();
    await sql`select pg_notify(${environmentChannel}, ${`${environmentId} ${revision}`})`.execute(tx);
  }
  return changed;
}

async function replaceReferences(
  tx: Tx,
  organisationId: string,
  environmentId: string,
  from: Referent,
  to: readonly Referent[],
): Promise<void> {
  await tx
    .deleteFrom('platform.reference')
    .where('environment_id', '=', environmentId)
    .where('from_kind', '=', from.kind)
    .where('from_key', '=', from.key)
    .execute();
  if (to.length === 0) return;
  const rows = to.map((target) => ({
    environment_id: environmentId,
    organisation_id: organisationId,
    from_kind: from.kind,
    from_key: from.key,
    to_kind: target.kind,
    to_key: target.key,
  }));
  await tx
    .insertInto('platform.reference')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Who refers to a thing in an environment. */
export async function referrersOf(tx: Tx, environmentId: string, target: Referent): Promise<readonly Referent[]> {
  const rows = await tx
    .selectFrom('platform.reference')
    .select(['from_kind', 'from_key'])
    .where('environment_id', '=', environmentId)
    .where('to_kind', '=', target.kind)
    .where('to_key', '=', target.key)
    .orderBy('from_kind')
    .orderBy('from_key')
    .execute();
  return rows.map((row) => ({ kind: row.from_kind, key: row.from_key }));
}

/** A new environment begins at revision 0 with no definitions. */
export async function registerEnvironment(
  tx: Tx,
  environment: { readonly environmentId: string; readonly projectId: string; readonly organisationId: string },
): Promise<void> {
  await tx
    .insertInto('platform.environment_revision')
    .values({
      environment_id: environment.environmentId,
      project_id: environment.projectId,
      organisation_id: environment.organisationId,
    })
    .execute();
}

/** All environments of a project, in ascending id. */
export async function environmentsOfProject(tx: Tx, projectId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('platform.environment_revision')
    .select('environment_id')
    .where('project_id', '=', projectId)
    .orderBy('environment_id')
    .execute();
  return rows.map((row) => row.environment_id);
}
