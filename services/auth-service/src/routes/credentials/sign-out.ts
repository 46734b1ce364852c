import { create } from '@bufbuild/protobuf';
import { actAsUser, endSession, enterOrganisation, findSession, readUser } from '@stitchd/db/auth';
import { SignOutResponseSchema, type SignOutRequest, type SignOutResponse } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { record } from '../../requests/change.ts';
import { sha256Of } from '../../secrets/opaque-token.ts';

/** Ends the session of any refresh token that it ever had. To sign out twice changes nothing. */
export function signOut(context: AuthContext) {
  return async (request: SignOutRequest): Promise<SignOutResponse> => {
    await context.database.beforeTenant(async (tx) => {
      const session = await findSession(tx, sha256Of(request.refreshToken));
      if (session === undefined) return;
      await actAsUser(tx, session.user_id);
      await enterOrganisation(tx, session.organisation_id);
      if (!(await endSession(tx, session.session_id))) return;
      const email = (await readUser(tx, session.user_id))?.email ?? '';
      await record(tx, context, {
        organisationId: session.organisation_id,
        actor: { kind: 'user', id: session.user_id, name: email },
        action: 'session.end',
        resource: { kind: 'session', id: session.session_id, key: email },
        after: { reason: 'signed out' },
      });
    });
    return create(SignOutResponseSchema);
  };
}
