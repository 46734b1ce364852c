import { create } from '@bufbuild/protobuf';
import type { Tx } from '@stitchd/db';
import { findProject, insertProject } from '@stitchd/db/auth';
import { doOnce } from '@stitchd/db/platform';
import { problem, repeatableRequest, repeatableResponse, storedResponse } from '@stitchd/service-kit';
import {
  CreateProjectRequestSchema,
  NewEnvironmentSchema,
  ProjectSchema,
  type CreateProjectRequest,
  type NewEnvironment,
  type Project,
} from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { addEnvironment } from '../../environments/add-environment.ts';
import { newEnvironmentFaults } from '../../environments/new-environment-faults.ts';
import { authLimits } from '../../limits.ts';
import { bodyOf, toProject } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { check, descriptionFault, keyFault, nameFault, rangeFault } from '../../requests/check.ts';
import { currentTenant } from '../../requests/tenant.ts';

/** What a project starts with where nothing else is asked for. */
const defaultEnvironments: readonly NewEnvironment[] = [
  create(NewEnvironmentSchema, { key: 'development', name: 'Development', production: false }),
  create(NewEnvironmentSchema, { key: 'production', name: 'Production', production: true }),
];

export function createProject(context: AuthContext) {
  return async (request: CreateProjectRequest): Promise<Project> => {
    const { organisationId } = currentTenant();
    check(
      keyFault('key', request.key),
      nameFault('name', request.name),
      descriptionFault('description', request.description),
      rangeFault('environments', request.environments.length, 0, authLimits.environmentsPerProject),
      ...newEnvironmentFaults('environments', request.environments),
    );
    const repeatable = repeatableRequest('CreateProject', CreateProjectRequestSchema, request);
    const outcome = await context.database.inTenant(organisationId, (tx) =>
      doOnce(tx, repeatable, storedResponse(ProjectSchema), () => insert(tx, context, organisationId, request)),
    );
    return repeatableResponse(ProjectSchema, outcome);
  };
}

async function insert(tx: Tx, context: AuthContext, organisationId: string, request: CreateProjectRequest): Promise<Project> {
  const { key, description } = request;
  if ((await findProject(tx, key)) !== undefined) throw problem('ALREADY_EXISTS', `There is a project "${key}" already.`);
  const row = await insertProject(tx, {
    id: context.newId(),
    organisation_id: organisationId,
    key,
    name: request.name.trim(),
    description,
  });
  const project = toProject(row);
  await record(tx, context, {
    organisationId,
    projectId: row.id,
    action: 'project.create',
    resource: { kind: 'project', id: row.id, key },
    after: bodyOf(ProjectSchema, project),
  });
  const environments = request.environments.length > 0 ? request.environments : defaultEnvironments;
  for (const environment of environments) await addEnvironment(tx, context, row, environment);
  return project;
}
