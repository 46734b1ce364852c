import { isUuid } from '@stitchd/core';
import { endSessionsOf, findMember, lockMemberAndOwners, updateMemberRole } from '@stitchd/db/auth';
import { problem, requireVersion } from '@stitchd/service-kit';
import { MemberSchema, type Member, type UpdateMemberRequest } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { bodyOf, toMember } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { check, roleFault } from '../../requests/check.ts';
import { exceeds, requireGrant } from '../../requests/grant.ts';
import { noSuchId } from '../../requests/not-found.ts';
import { currentTenant } from '../../requests/tenant.ts';

/** A role that may do less takes effect at once: the member's sessions end. One that may do more comes with the next token. */
export function updateMember(context: AuthContext) {
  return async (request: UpdateMemberRequest): Promise<Member> => {
    const { organisationId, principal } = currentTenant();
    const { userId, role } = request;
    check(roleFault('role', role));
    if (!isUuid(userId)) throw noSuchId('member', userId);
    return context.database.inTenant(organisationId, async (tx) => {
      const { member: row, owners } = await lockMemberAndOwners(tx, userId);
      if (row === undefined) throw noSuchId('member', userId);
      const before = bodyOf(MemberSchema, toMember(row));
      requireVersion(request.ifVersion, row, before);
      requireGrant(principal, row.role);
      requireGrant(principal, role);
      if (row.role === 'owner' && role !== 'owner') requireAnotherOwner(owners);
      await updateMemberRole(tx, userId, role);
      if (exceeds(row.role, role)) await endSessionsOf(tx, userId, organisationId);
      const changed = await findMember(tx, userId);
      if (changed === undefined) throw new Error('a member that was just changed is not there');
      const member = toMember(changed);
      await record(tx, context, {
        organisationId,
        action: 'member.update',
        resource: { kind: 'member', id: userId, key: row.email },
        before,
        after: bodyOf(MemberSchema, member),
      });
      return member;
    });
  };
}

/** @throws INVALID_STATE: without an owner nobody could ever make another */
export function requireAnotherOwner(owners: number): void {
  if (owners <= 1) throw problem('INVALID_STATE', 'This is the last owner; make another member an owner first.');
}
