import { create } from '@bufbuild/protobuf';
import type { Tx } from '@stitchd/db';
import { actAsUser, findLogin, findMember, insertMember, insertUser, organisationsOf } from '@stitchd/db/auth';
import { doOnce } from '@stitchd/db/platform';
import { problem, repeatableRequest, repeatableResponse, storedResponse } from '@stitchd/service-kit';
import {
  AddedMemberSchema,
  AddMemberRequestSchema,
  MemberSchema,
  type AddedMember,
  type AddMemberRequest,
  type SignInLink,
} from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { authLimits } from '../../limits.ts';
import { bodyOf, toMember } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { check, nameFault, roleFault } from '../../requests/check.ts';
import { emailFault, nameFromEmail, normaliseEmail } from '../../requests/email.ts';
import { requireGrant } from '../../requests/grant.ts';
import { currentTenant } from '../../requests/tenant.ts';
import { issueSignInLink } from '../../sessions/issue-sign-in-link.ts';

interface Wanted {
  readonly email: string;
  readonly name: string;
  readonly role: string;
}

export function addMember(context: AuthContext) {
  return async (request: AddMemberRequest): Promise<AddedMember> => {
    const { organisationId, principal } = currentTenant();
    const email = normaliseEmail(request.email);
    check(
      emailFault('email', email),
      request.name === '' ? undefined : nameFault('name', request.name),
      roleFault('role', request.role),
    );
    requireGrant(principal, request.role);
    const wanted = { email, name: request.name.trim() || nameFromEmail(email), role: request.role };
    const repeatable = repeatableRequest('AddMember', AddMemberRequestSchema, request);
    // An answer with a link holds a secret.
    const stored = (added: AddedMember) =>
      added.signInLink === undefined ? storedResponse(AddedMemberSchema)(added) : undefined;
    const outcome = await context.database.inTenant(organisationId, (tx) =>
      doOnce(tx, repeatable, stored, () => add(tx, context, organisationId, wanted)),
    );
    return repeatableResponse(AddedMemberSchema, outcome);
  };
}

async function add(tx: Tx, context: AuthContext, organisationId: string, wanted: Wanted): Promise<AddedMember> {
  const { email, role } = wanted;
  const person = await findOrInvite(tx, context, wanted);
  await insertMember(tx, { organisation_id: organisationId, user_id: person.userId, role });
  const row = await findMember(tx, person.userId);
  if (row === undefined) throw new Error('a member that was just made is not there');
  const member = toMember(row);
  await record(tx, context, {
    organisationId,
    action: 'member.create',
    resource: { kind: 'member', id: person.userId, key: email },
    after: bodyOf(MemberSchema, member),
  });
  return create(AddedMemberSchema, { member, ...(person.signInLink !== undefined && { signInLink: person.signInLink }) });
}

interface Addable {
  readonly userId: string;
  /** For somebody who has no other way in. */
  readonly signInLink?: SignInLink;
}

/** Whoever belongs nowhere and has no password is as good as new: an invitation that ran out is made again. */
async function findOrInvite(tx: Tx, context: AuthContext, { email, name }: Wanted): Promise<Addable> {
  const login = await findLogin(tx, email);
  if (login === undefined) {
    const { id: userId } = await insertUser(tx, { id: context.newId(), email, name });
    return { userId, signInLink: await issueSignInLink(tx, context, userId) };
  }
  const userId = login.user_id;
  if ((await findMember(tx, userId)) !== undefined) throw problem('ALREADY_EXISTS', `${email} is a member already.`);
  const memberships = (await organisationsOf(tx, userId)).length;
  const { organisationsPerUser } = authLimits;
  if (memberships >= organisationsPerUser)
    throw problem('INVALID_STATE', `${email} is a member of ${organisationsPerUser} organisations, which is the most.`);
  if (memberships > 0 || login.password_hash !== null) return { userId };
  await actAsUser(tx, userId);
  return { userId, signInLink: await issueSignInLink(tx, context, userId) };
}
