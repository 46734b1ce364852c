import type { Tx } from '@stitchd/db';
import { insertEnvironment, type ProjectRow } from '@stitchd/db/auth';
import { EnvironmentSchema, type Environment, type NewEnvironment } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../context.ts';
import { bodyOf, toEnvironment } from '../messages/to-message.ts';
import { record } from '../requests/change.ts';

/** Makes an environment of a project, with its first revision. */
export async function addEnvironment(
  tx: Tx,
  context: AuthContext,
  project: ProjectRow,
  wanted: Pick<NewEnvironment, 'key' | 'name' | 'production'>,
): Promise<Environment> {
  const row = await insertEnvironment(tx, {
    id: context.newId(),
    organisation_id: project.organisation_id,
    project_id: project.id,
    key: wanted.key,
    name: wanted.name.trim() || wanted.key,
    production: wanted.production,
  });
  const environment = toEnvironment(row);
  await record(tx, context, {
    organisationId: project.organisation_id,
    projectId: project.id,
    environmentId: row.id,
    action: 'environment.create',
    resource: { kind: 'environment', id: row.id, key: row.key },
    after: bodyOf(EnvironmentSchema, environment),
  });
  return environment;
}
