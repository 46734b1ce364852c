import type { Tx } from '@stitchd/db';
import { revokeApiToken, type ApiTokenRow } from '@stitchd/db/auth';
import { ApiTokenSchema, type ApiToken } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../context.ts';
import { bodyOf, toApiToken } from '../messages/to-message.ts';
import { record } from '../requests/change.ts';

/** @param token - locked by this transaction and not revoked yet */
export async function revokeToken(tx: Tx, context: AuthContext, token: ApiTokenRow): Promise<ApiToken> {
  const revoked = toApiToken(await revokeApiToken(tx, token.id));
  await record(tx, context, {
    organisationId: token.organisation_id,
    action: 'api-token.revoke',
    resource: { kind: 'api-token', id: token.id, key: token.name },
    before: bodyOf(ApiTokenSchema, toApiToken(token)),
    after: bodyOf(ApiTokenSchema, revoked),
  });
  return revoked;
}
