import { enterOrganisation, findFirstOwner, lockOperatorToken, lockOrganisation } from '@stitchd/db/auth';
import { problem } from '@stitchd/service-kit';
import type { CreatedApiToken } from '@stitchd/proto/auth/v1/auth';
import { revokeToken } from '../../api-tokens/revoke-token.ts';
import { issueApiToken } from '../../api-tokens/issue-api-token.ts';
import type { AuthContext } from '../../context.ts';

/** The token of the command line on this host: there is one, in the organisation of whoever set the installation up. */
export function createOperatorToken(context: AuthContext) {
  return async (): Promise<CreatedApiToken> =>
    context.database.beforeTenant(async (tx) => {
      const owner = await findFirstOwner(tx);
      if (owner === undefined) throw problem('INVALID_STATE', 'There is no administrator yet; EnsureAdministrator comes first.');
      await enterOrganisation(tx, owner.organisation_id);
      // Two calls at once replace each other in turn.
      await lockOrganisation(tx);
      const previous = await lockOperatorToken(tx);
      if (previous !== undefined) await revokeToken(tx, context, previous);
      return issueApiToken(tx, context, {
        organisationId: owner.organisation_id,
        name: 'operator',
        role: 'owner',
        operator: true,
        expiresAt: undefined,
      });
    });
}
