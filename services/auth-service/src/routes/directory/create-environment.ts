import { create } from '@bufbuild/protobuf';
import type { Tx } from '@stitchd/db';
import { listEnvironments, lockProject } from '@stitchd/db/auth';
import { doOnce } from '@stitchd/db/platform';
import { problem, repeatableRequest, repeatableResponse, storedResponse } from '@stitchd/service-kit';
import {
  CreateEnvironmentRequestSchema,
  EnvironmentSchema,
  NewEnvironmentSchema,
  type CreateEnvironmentRequest,
  type Environment,
  type NewEnvironment,
} from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { addEnvironment } from '../../environments/add-environment.ts';
import { newEnvironmentFault } from '../../environments/new-environment-faults.ts';
import { authLimits } from '../../limits.ts';
import { check } from '../../requests/check.ts';
import { noSuchId } from '../../requests/not-found.ts';
import { currentProject } from '../../requests/tenant.ts';

export function createEnvironment(context: AuthContext) {
  return async (request: CreateEnvironmentRequest): Promise<Environment> => {
    const { organisationId, projectId } = currentProject();
    const wanted = request.environment ?? create(NewEnvironmentSchema);
    check(newEnvironmentFault('environment', wanted));
    const repeatable = repeatableRequest('CreateEnvironment', CreateEnvironmentRequestSchema, request);
    const outcome = await context.database.inTenant(organisationId, (tx) =>
      doOnce(tx, repeatable, storedResponse(EnvironmentSchema), () => insert(tx, context, projectId, wanted)),
    );
    return repeatableResponse(EnvironmentSchema, outcome);
  };
}

async function insert(tx: Tx, context: AuthContext, projectId: string, wanted: NewEnvironment): Promise<Environment> {
  // The project's lock: two at once can't both become the last one that the limit allows.
  const project = await lockProject(tx, { id: projectId });
  if (project === undefined) throw noSuchId('project', projectId);
  const present = await listEnvironments(tx, projectId);
  if (present.some(({ key }) => key === wanted.key))
    throw problem('ALREADY_EXISTS', `There is an environment "${wanted.key}" in the project "${project.key}" already.`);
  if (present.length >= authLimits.environmentsPerProject)
    throw problem('INVALID_STATE', `A project has at most ${authLimits.environmentsPerProject} environments.`);
  return addEnvironment(tx, context, project, wanted);
}
