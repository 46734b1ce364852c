import { readOrganisation } from '@stitchd/db/auth';
import type { Organisation } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { toOrganisation } from '../../messages/to-message.ts';
import { currentTenant } from '../../requests/tenant.ts';

export function getOrganisation({ database }: AuthContext) {
  return async (): Promise<Organisation> =>
    toOrganisation(await database.inTenant(currentTenant().organisationId, readOrganisation));
}
