import type { Tx } from '@stitchd/db';
import {
  actAsUser,
  continueSession,
  endSession,
  enterOrganisation,
  findMember,
  findSession,
  lockRefreshToken,
  organisationsOf,
  readOrganisation,
  readUser,
  supersedeRefreshTokens,
  useRefreshToken,
  type FoundSession,
  type OrganisationRow,
} from '@stitchd/db/auth';
import { problem } from '@stitchd/service-kit';
import type { RefreshSessionRequest, SessionTokens } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { authLimits } from '../../limits.ts';
import { record } from '../../requests/change.ts';
import { sha256Of } from '../../secrets/opaque-token.ts';
import { issueRefreshToken, refreshExpiry, type OpenSession } from '../../sessions/begin-session.ts';
import { sessionTokens } from '../../sessions/session-tokens.ts';

type Outcome =
  | OpenSession
  | { readonly kind: 'over' }
  /** A token that was used before came again, and not because its answer was lost: somebody else has a copy, so nobody keeps the session. */
  | { readonly kind: 'used-twice' }
  | { readonly kind: 'no-such-organisation' };

export function refreshSession(context: AuthContext) {
  return async (request: RefreshSessionRequest): Promise<SessionTokens> => {
    const outcome = await context.database.beforeTenant((tx) => refresh(tx, context, request));
    switch (outcome.kind) {
      case 'open':
        return sessionTokens(context, outcome);
      case 'over':
        throw problem('UNAUTHENTICATED', 'The session is over; sign in again.');
      case 'used-twice':
        throw problem('UNAUTHENTICATED', 'This refresh token was used before, so its session was ended; sign in again.');
      case 'no-such-organisation':
        throw problem('NOT_FOUND', `You are a member of no organisation "${request.organisationKey}".`);
    }
  };
}

async function refresh(tx: Tx, context: AuthContext, request: RefreshSessionRequest): Promise<Outcome> {
  const sha256 = sha256Of(request.refreshToken);
  const found = await findSession(tx, sha256);
  if (found === undefined) return { kind: 'over' };
  await actAsUser(tx, found.user_id);
  const token = await lockRefreshToken(tx, sha256);
  if (token === undefined || token.session_ended_at !== null) return { kind: 'over' };
  const isLost = token.used_ms_ago !== null && token.used_ms_ago <= authLimits.refreshLeewayMs && !token.is_followed;
  if (token.used_ms_ago !== null && !isLost) {
    await endStolenSession(tx, context, found);
    return { kind: 'used-twice' };
  }
  if (token.expires_at.getTime() <= context.nowMs()) return { kind: 'over' };
  const organisation = await chooseOrganisation(tx, found, request.organisationKey);
  if (organisation === undefined) return { kind: request.organisationKey === '' ? 'over' : 'no-such-organisation' };
  const person = await findMember(tx, found.user_id);
  if (person === undefined) return { kind: 'over' };
  const expiresAt = refreshExpiry(context);
  // The time of its first use stays: the leeway does not begin anew.
  if (isLost) await supersedeRefreshTokens(tx, found.session_id);
  else await useRefreshToken(tx, sha256, found.session_id);
  const refreshToken = await issueRefreshToken(tx, context, {
    sessionId: found.session_id,
    userId: found.user_id,
    expiresAt,
  });
  await continueSession(tx, found.session_id, { organisation_id: organisation.id, expires_at: expiresAt });
  return { kind: 'open', id: found.session_id, person, organisation, refreshToken, refreshExpiresAt: expiresAt };
}

/** Enters the wanted organisation, of those that the person is a member of; no key: the session's. */
async function chooseOrganisation(tx: Tx, session: FoundSession, key: string): Promise<OrganisationRow | undefined> {
  for (const id of await organisationsOf(tx, session.user_id)) {
    if (key === '' && id !== session.organisation_id) continue;
    await enterOrganisation(tx, id);
    const organisation = await readOrganisation(tx);
    if (key === '' || organisation.key === key) return organisation;
  }
  return undefined;
}

async function endStolenSession(tx: Tx, context: AuthContext, session: FoundSession): Promise<void> {
  const person = await readUser(tx, session.user_id);
  const email = person?.email ?? '';
  await enterOrganisation(tx, session.organisation_id);
  if (!(await endSession(tx, session.session_id))) return;
  await record(tx, context, {
    organisationId: session.organisation_id,
    actor: { kind: 'user', id: session.user_id, name: email },
    action: 'session.end',
    resource: { kind: 'session', id: session.session_id, key: email },
    after: { reason: 'a refresh token was used twice' },
  });
}
