import { actAsUser, findSignInLink, useSignInLink } from '@stitchd/db/auth';
import { problem } from '@stitchd/service-kit';
import type { ExchangeSignInLinkRequest, SessionTokens } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { sha256Of } from '../../secrets/opaque-token.ts';
import { beginSession } from '../../sessions/begin-session.ts';
import { sessionTokens } from '../../sessions/session-tokens.ts';

/** A link signs in once; the session and the end of the link commit together. */
export function exchangeSignInLink(context: AuthContext) {
  return async (request: ExchangeSignInLinkRequest): Promise<SessionTokens> => {
    const sha256 = sha256Of(request.token);
    const session = await context.database.beforeTenant(async (tx) => {
      const userId = await findSignInLink(tx, sha256);
      if (userId === undefined) return undefined;
      await actAsUser(tx, userId);
      const isValid = await useSignInLink(tx, sha256, new Date(context.nowMs()));
      return isValid ? beginSession(tx, context, userId, 'link') : undefined;
    });
    if (session === undefined)
      throw problem('UNAUTHENTICATED', 'This sign-in link was used before, has expired or never existed; ask for a new one.');
    return sessionTokens(context, session);
  };
}
