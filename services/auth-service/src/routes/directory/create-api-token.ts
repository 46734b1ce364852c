import { doOnce } from '@stitchd/db/platform';
import { repeatableRequest, repeatableResponse } from '@stitchd/service-kit';
import {
  CreateApiTokenRequestSchema,
  CreatedApiTokenSchema,
  type CreateApiTokenRequest,
  type CreatedApiToken,
} from '@stitchd/proto/auth/v1/auth';
import { issueApiToken } from '../../api-tokens/issue-api-token.ts';
import type { AuthContext } from '../../context.ts';
import { authLimits } from '../../limits.ts';
import { check, isRole, nameFault, rangeFault, roleFault } from '../../requests/check.ts';
import { requireGrant } from '../../requests/grant.ts';
import { currentTenant } from '../../requests/tenant.ts';

const dayMs = 86_400_000;

/** The token's text is in the answer and nowhere else, so a repetition is refused. */
export function createApiToken(context: AuthContext) {
  return async (request: CreateApiTokenRequest): Promise<CreatedApiToken> => {
    const { organisationId, principal } = currentTenant();
    const role = isRole(request.role) ? request.role : 'viewer';
    check(
      nameFault('name', request.name),
      roleFault('role', request.role),
      rangeFault('expiresInDays', request.expiresInDays, 0, authLimits.apiTokenDays),
    );
    requireGrant(principal, role);
    const expiresAt = request.expiresInDays === 0 ? undefined : new Date(context.nowMs() + request.expiresInDays * dayMs);
    const wanted = { organisationId, name: request.name.trim(), role, operator: false, expiresAt };
    const repeatable = repeatableRequest('CreateApiToken', CreateApiTokenRequestSchema, request);
    const outcome = await context.database.inTenant(organisationId, (tx) =>
      doOnce(
        tx,
        repeatable,
        () => undefined,
        () => issueApiToken(tx, context, wanted),
      ),
    );
    return repeatableResponse(CreatedApiTokenSchema, outcome);
  };
}
