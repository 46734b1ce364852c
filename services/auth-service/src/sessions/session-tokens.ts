import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { SessionTokensSchema, type SessionTokens } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../context.ts';
import { toOrganisation } from '../messages/to-message.ts';
import type { OpenSession } from './begin-session.ts';

/** What somebody gets who has signed in or goes on. */
export async function sessionTokens(context: AuthContext, session: OpenSession): Promise<SessionTokens> {
  const { person, organisation } = session;
  const access = await context.accessTokens.sign({
    userId: person.user_id,
    email: person.email,
    name: person.name,
    organisationId: organisation.id,
    organisationKey: organisation.key,
    role: person.role,
    sessionId: session.id,
  });
  return create(SessionTokensSchema, {
    accessToken: access.token,
    accessExpiresAt: timestampFromDate(access.expiresAt),
    refreshToken: session.refreshToken,
    refreshExpiresAt: timestampFromDate(session.refreshExpiresAt),
    user: { id: person.user_id, email: person.email, name: person.name },
    organisation: toOrganisation(organisation),
    role: person.role,
  });
}
