import { isKey } from '@stitchd/core';
import { lockEnvironment, readProject, updateEnvironment as writeEnvironment } from '@stitchd/db/auth';
import { requireVersion } from '@stitchd/service-kit';
import { EnvironmentSchema, type Environment, type UpdateEnvironmentRequest } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { bodyOf, toEnvironment } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { check, nameFault } from '../../requests/check.ts';
import { noSuchEnvironment, noSuchId } from '../../requests/not-found.ts';
import { currentProject } from '../../requests/tenant.ts';

export function updateEnvironment(context: AuthContext) {
  return async (request: UpdateEnvironmentRequest): Promise<Environment> => {
    const { organisationId, projectId } = currentProject();
    const { key, name, production } = request;
    check(name === undefined ? undefined : nameFault('name', name));
    return context.database.inTenant(organisationId, async (tx) => {
      const project = await readProject(tx, projectId);
      if (project === undefined) throw noSuchId('project', projectId);
      const row = isKey(key) ? await lockEnvironment(tx, projectId, key) : undefined;
      if (row === undefined) throw noSuchEnvironment(key, project.key);
      const before = bodyOf(EnvironmentSchema, toEnvironment(row));
      requireVersion(request.ifVersion, row, before);
      const change = { name: name?.trim() ?? row.name, production: production ?? row.production };
      const environment = toEnvironment(await writeEnvironment(tx, row.id, change));
      await record(tx, context, {
        organisationId,
        projectId,
        environmentId: row.id,
        action: 'environment.update',
        resource: { kind: 'environment', id: row.id, key },
        before,
        after: bodyOf(EnvironmentSchema, environment),
      });
      return environment;
    });
  };
}
