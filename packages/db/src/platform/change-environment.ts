import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';
import { applyPublication } from './apply-publication.ts';
import { recordChange, type Change, type NewId } from './change.ts';

/** A thing with a name that others refer to, such as `{ kind: 'segment', key: 'beta' }`. */
export interface Referent {
  readonly kind: string;
  readonly key: string;
}

/** What one change publishes into one environment. */
export interface Publication {
  /** Bodies as UTF-8 JSON text, exactly as SDKs will get them; each kind and id once. */
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
    const target = { organisationId: change.organisationId, environmentId, revision: revision + 1 };
    const changed = await applyPublication(tx, target, await publish(environmentId));
    if (changed) await takeRevision(tx, environmentId, target.revision);
    revisions.set(environmentId, changed ? target.revision : revision);
  }
  await recordChange(tx, newId, change);
  return revisions;
}

/** Readers hear of it when the transaction commits. */
async function takeRevision(tx: Tx, environmentId: string, revision: number): Promise<void> {
  await tx
    .updateTable('platform.environment_revision')
    .set({ revision, changed_at: sql`clock_timestamp()` })
    .where('environment_id', '=', environmentId)
    .execute();
  await sql`select pg_notify(${environmentChannel}, ${`${environmentId} ${revision}`})`.execute(tx);
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

/** Kinds that are the project's: the same in all its environments. */
const projectKinds = ['event'];

/**
 * A new environment begins with what is the same in every environment of its project, as revision 1, or at revision 0 with
 * nothing. Who changes such a thing holds the locks of the environments that there are before it asks which there are: so it
 * finds this one, or this one finds the change.
 */
export async function registerEnvironment(
  tx: Tx,
  environment: { readonly environmentId: string; readonly projectId: string; readonly organisationId: string },
): Promise<void> {
  const [sibling] = await environmentsOfProject(tx, environment.projectId);
  if (sibling !== undefined) await lockEnvironments(tx, [sibling]);
  await tx
    .insertInto('platform.environment_revision')
    .values({
      environment_id: environment.environmentId,
      project_id: environment.projectId,
      organisation_id: environment.organisationId,
    })
    .execute();
  if (sibling === undefined) return;
  const shared = await tx
    .selectFrom('platform.definition')
    .select(['kind', 'id', 'body'])
    .where('environment_id', '=', sibling)
    .where('kind', 'in', projectKinds)
    .where('removed', '=', false)
    .execute();
  const changed = await applyPublication(tx, { ...environment, revision: 1 }, { upsert: shared });
  if (changed) await takeRevision(tx, environment.environmentId, 1);
}

/** The project that an environment is of; undefined where the tenant has no such environment. */
export async function projectOfEnvironment(tx: Tx, environmentId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('platform.environment_revision')
    .select('project_id')
    .where('environment_id', '=', environmentId)
    .executeTakeFirst();
  return row?.project_id;
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
