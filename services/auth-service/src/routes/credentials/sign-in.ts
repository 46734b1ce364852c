import { actAsUser, findLogin, setPasswordHash } from '@stitchd/db/auth';
import { problem } from '@stitchd/service-kit';
import type { SessionTokens, SignInRequest } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { check } from '../../requests/check.ts';
import { emailFault, normaliseEmail } from '../../requests/email.ts';
import { beginSession } from '../../sessions/begin-session.ts';
import { sessionTokens } from '../../sessions/session-tokens.ts';

/** An unknown address and a wrong password get the same answer, after the same work. */
export function signIn(context: AuthContext) {
  const { database, passwords, attempts } = context;
  return async (request: SignInRequest): Promise<SessionTokens> => {
    const email = normaliseEmail(request.email);
    check(emailFault('email', email));
    requireAttempt(attempts.take(email));
    const login = await database.beforeTenant((tx) => findLogin(tx, email));
    const isRight = await passwords.verify(login?.password_hash ?? undefined, request.password);
    if (!isRight || login === undefined) throw problem('UNAUTHENTICATED', 'The e-mail address or the password is wrong.');
    attempts.forget(email);
    const better = passwords.isOutdated(login.password_hash ?? '') ? await passwords.hash(request.password) : undefined;
    const session = await database.beforeTenant(async (tx) => {
      await actAsUser(tx, login.user_id);
      if (better !== undefined) await setPasswordHash(tx, login.user_id, better);
      return beginSession(tx, context, login.user_id, 'password');
    });
    return sessionTokens(context, session);
  };
}

/** @param waitMs - until the next attempt; undefined where this one may go on */
export function requireAttempt(waitMs: number | undefined): void {
  if (waitMs === undefined) return;
  const minutes = Math.ceil(waitMs / 60_000);
  throw problem('RATE_LIMITED', `Too many attempts with a wrong password; try again in ${minutes} min.`);
}
