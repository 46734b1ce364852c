import { isKey } from '@stitchd/core';
import { lockProject, updateProject as writeProject } from '@stitchd/db/auth';
import { requireVersion } from '@stitchd/service-kit';
import { ProjectSchema, type Project, type UpdateProjectRequest } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { bodyOf, toProject } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { check, descriptionFault, nameFault } from '../../requests/check.ts';
import { noSuchProject } from '../../requests/not-found.ts';
import { currentTenant } from '../../requests/tenant.ts';

export function updateProject(context: AuthContext) {
  return async (request: UpdateProjectRequest): Promise<Project> => {
    const { organisationId } = currentTenant();
    const { key, name, description } = request;
    check(
      name === undefined ? undefined : nameFault('name', name),
      description === undefined ? undefined : descriptionFault('description', description),
    );
    if (!isKey(key)) throw noSuchProject(key);
    return context.database.inTenant(organisationId, async (tx) => {
      const row = await lockProject(tx, { key });
      if (row === undefined) throw noSuchProject(key);
      const before = bodyOf(ProjectSchema, toProject(row));
      requireVersion(request.ifVersion, row, before);
      const change = { name: name?.trim() ?? row.name, description: description ?? row.description };
      const project = toProject(await writeProject(tx, row.id, change));
      await record(tx, context, {
        organisationId,
        projectId: row.id,
        action: 'project.update',
        resource: { kind: 'project', id: row.id, key },
        before,
        after: bodyOf(ProjectSchema, project),
      });
      return project;
    });
  };
}
