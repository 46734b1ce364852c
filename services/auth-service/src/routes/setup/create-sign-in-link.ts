import { actAsUser, enterOrganisation, findLogin, organisationsOf } from '@stitchd/db/auth';
import { problem } from '@stitchd/service-kit';
import type { CreateSignInLinkRequest, SignInLink } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { record } from '../../requests/change.ts';
import { check } from '../../requests/check.ts';
import { emailFault, normaliseEmail } from '../../requests/email.ts';
import { issueSignInLink } from '../../sessions/issue-sign-in-link.ts';

export function createSignInLink(context: AuthContext) {
  return async (request: CreateSignInLinkRequest): Promise<SignInLink> => {
    const email = normaliseEmail(request.email);
    check(emailFault('email', email));
    return context.database.beforeTenant(async (tx) => {
      const userId = (await findLogin(tx, email))?.user_id;
      if (userId === undefined) throw problem('NOT_FOUND', `Nobody has the e-mail address ${email}.`);
      const [organisationId] = await organisationsOf(tx, userId);
      if (organisationId === undefined) throw problem('INVALID_STATE', `${email} is a member of no organisation.`);
      await actAsUser(tx, userId);
      await enterOrganisation(tx, organisationId);
      const link = await issueSignInLink(tx, context, userId);
      await record(tx, context, {
        organisationId,
        action: 'sign-in-link.create',
        resource: { kind: 'user', id: userId, key: email },
      });
      return link;
    });
  };
}
