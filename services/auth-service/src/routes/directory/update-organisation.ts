import { lockOrganisation, renameOrganisation } from '@stitchd/db/auth';
import { requireVersion } from '@stitchd/service-kit';
import { OrganisationSchema, type Organisation, type UpdateOrganisationRequest } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { bodyOf, toOrganisation } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { check, nameFault } from '../../requests/check.ts';
import { currentTenant } from '../../requests/tenant.ts';

export function updateOrganisation(context: AuthContext) {
  return async (request: UpdateOrganisationRequest): Promise<Organisation> => {
    const { organisationId } = currentTenant();
    check(nameFault('name', request.name));
    return context.database.inTenant(organisationId, async (tx) => {
      const row = await lockOrganisation(tx);
      const before = bodyOf(OrganisationSchema, toOrganisation(row));
      requireVersion(request.ifVersion, row, before);
      const organisation = toOrganisation(await renameOrganisation(tx, row.id, request.name.trim()));
      await record(tx, context, {
        organisationId,
        action: 'organisation.update',
        resource: { kind: 'organisation', id: row.id, key: row.key },
        before,
        after: bodyOf(OrganisationSchema, organisation),
      });
      return organisation;
    });
  };
}
