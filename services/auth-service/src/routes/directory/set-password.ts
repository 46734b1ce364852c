import { create } from '@bufbuild/protobuf';
import { actAsUser, endSessionsOf, lockPasswordHash, setPasswordHash } from '@stitchd/db/auth';
import { problem } from '@stitchd/service-kit';
import { SetPasswordResponseSchema, type SetPasswordRequest, type SetPasswordResponse } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { record } from '../../requests/change.ts';
import { check, newPasswordFault } from '../../requests/check.ts';
import { currentTenant } from '../../requests/tenant.ts';
import { requireAttempt } from '../credentials/sign-in.ts';

/** Whoever has a stolen session does not know the current password, and loses the session when its owner changes it. */
export function setPassword(context: AuthContext) {
  const { database, passwords, attempts } = context;
  return async (request: SetPasswordRequest): Promise<SetPasswordResponse> => {
    const { organisationId, principal } = currentTenant();
    if (principal.kind !== 'user') throw problem('PERMISSION_DENIED', 'Only a person has a password.');
    check(newPasswordFault('newPassword', request.newPassword));
    requireAttempt(attempts.take(principal.id));
    const current = await database.beforeTenant(async (tx) => {
      await actAsUser(tx, principal.id);
      return lockPasswordHash(tx, principal.id);
    });
    if (current !== undefined && !(await passwords.verify(current, request.currentPassword)))
      throw problem('PERMISSION_DENIED', 'The current password is wrong.');
    attempts.forget(principal.id);
    const hash = await passwords.hash(request.newPassword);
    await database.inTenant(organisationId, async (tx) => {
      await actAsUser(tx, principal.id);
      if ((await lockPasswordHash(tx, principal.id)) !== current)
        throw problem('CONFLICT', 'The password was changed at the same time; try again.');
      await setPasswordHash(tx, principal.id, hash);
      await endSessionsOf(tx, principal.id);
      await record(tx, context, {
        organisationId,
        action: 'password.update',
        resource: { kind: 'user', id: principal.id, key: principal.name },
      });
    });
    return create(SetPasswordResponseSchema);
  };
}
