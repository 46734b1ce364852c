import { create } from '@bufbuild/protobuf';
import { isUuid } from '@stitchd/core';
import { deleteEmailReceivers, deleteMember, endSessionsOf, lockMemberAndOwners } from '@stitchd/db/auth';
import {
  MemberSchema,
  RemoveMemberResponseSchema,
  type RemoveMemberRequest,
  type RemoveMemberResponse,
} from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { bodyOf, toMember } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { recordReceiver } from '../receivers/record-receiver.ts';
import { requireGrant } from '../../requests/grant.ts';
import { noSuchId } from '../../requests/not-found.ts';
import { currentTenant } from '../../requests/tenant.ts';
import { requireAnotherOwner } from './update-member.ts';

/** The person stays known to other organisations; their sessions in this one end at once. */
export function removeMember(context: AuthContext) {
  return async ({ userId }: RemoveMemberRequest): Promise<RemoveMemberResponse> => {
    const { organisationId, principal } = currentTenant();
    if (!isUuid(userId)) throw noSuchId('member', userId);
    await context.database.inTenant(organisationId, async (tx) => {
      const { member, owners } = await lockMemberAndOwners(tx, userId);
      if (member === undefined) throw noSuchId('member', userId);
      requireGrant(principal, member.role);
      if (member.role === 'owner') requireAnotherOwner(owners);
      await endSessionsOf(tx, userId, organisationId);
      await deleteMember(tx, userId);
      const untold = await deleteEmailReceivers(tx, member.email);
      await record(tx, context, {
        organisationId,
        action: 'member.remove',
        resource: { kind: 'member', id: userId, key: member.email },
        before: bodyOf(MemberSchema, toMember(member)),
      });
      for (const receiver of untold) await recordReceiver(tx, context, 'receiver.delete', { before: receiver });
    });
    return create(RemoveMemberResponseSchema);
  };
}
