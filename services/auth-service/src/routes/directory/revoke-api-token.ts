import { isUuid } from '@stitchd/core';
import { lockApiToken } from '@stitchd/db/auth';
import type { ApiToken, RevokeApiTokenRequest } from '@stitchd/proto/auth/v1/auth';
import { revokeToken } from '../../api-tokens/revoke-token.ts';
import type { AuthContext } from '../../context.ts';
import { toApiToken } from '../../messages/to-message.ts';
import { requireGrant } from '../../requests/grant.ts';
import { noSuchId } from '../../requests/not-found.ts';
import { currentTenant } from '../../requests/tenant.ts';

/** To revoke twice changes nothing. */
export function revokeApiToken(context: AuthContext) {
  return async ({ id }: RevokeApiTokenRequest): Promise<ApiToken> => {
    const { organisationId, principal } = currentTenant();
    if (!isUuid(id)) throw noSuchId('API token', id);
    return context.database.inTenant(organisationId, async (tx) => {
      const row = await lockApiToken(tx, id);
      if (row === undefined) throw noSuchId('API token', id);
      requireGrant(principal, row.role);
      return row.revoked_at === null ? revokeToken(tx, context, row) : toApiToken(row);
    });
  };
}
