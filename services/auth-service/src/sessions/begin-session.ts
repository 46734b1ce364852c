import type { ConnectError } from '@connectrpc/connect';
import type { Tx } from '@stitchd/db';
import {
  enterOrganisation,
  findMember,
  insertRefreshToken,
  insertSession,
  organisationsOf,
  readOrganisation,
  tidySessions,
  type MemberRow,
  type OrganisationRow,
} from '@stitchd/db/auth';
import { problem } from '@stitchd/service-kit';
import type { AuthContext } from '../context.ts';
import { authLimits } from '../limits.ts';
import { record } from '../requests/change.ts';
import { makeOpaqueToken } from '../secrets/opaque-token.ts';

/** A session that somebody goes on with: committed, its access token not yet signed. */
export interface OpenSession {
  readonly kind: 'open';
  readonly id: string;
  readonly person: MemberRow;
  readonly organisation: OrganisationRow;
  readonly refreshToken: string;
  readonly refreshExpiresAt: Date;
}

export type SignInMethod = 'password' | 'link';

/**
 * Opens a session in the first of a person's organisations. The transaction must act as that person.
 * @throws PERMISSION_DENIED where they belong to none
 */
export async function beginSession(tx: Tx, context: AuthContext, userId: string, method: SignInMethod): Promise<OpenSession> {
  const [organisationId] = await organisationsOf(tx, userId);
  if (organisationId === undefined) throw noOrganisation();
  await enterOrganisation(tx, organisationId);
  const person = await findMember(tx, userId);
  if (person === undefined) throw noOrganisation();
  const id = context.newId();
  const expiresAt = refreshExpiry(context);
  await insertSession(tx, { id, user_id: userId, organisation_id: organisationId, expires_at: expiresAt });
  const refreshToken = await issueRefreshToken(tx, context, { sessionId: id, userId, expiresAt });
  await tidySessions(tx, userId, authLimits.sessionsPerUser);
  await record(tx, context, {
    organisationId,
    actor: { kind: 'user', id: userId, name: person.email },
    action: 'session.create',
    resource: { kind: 'session', id, key: person.email },
    after: { method, role: person.role },
  });
  const organisation = await readOrganisation(tx);
  return { kind: 'open', id, person, organisation, refreshToken, refreshExpiresAt: expiresAt };
}

function noOrganisation(): ConnectError {
  return problem('PERMISSION_DENIED', 'You are a member of no organisation; ask to be added again.');
}

export function refreshExpiry(context: AuthContext): Date {
  return new Date(context.nowMs() + authLimits.refreshTokenDays * 86_400_000);
}

/** @returns the text of a new refresh token of the session */
export async function issueRefreshToken(
  tx: Tx,
  context: AuthContext,
  session: { readonly sessionId: string; readonly userId: string; readonly expiresAt: Date },
): Promise<string> {
  const { text, sha256 } = makeOpaqueToken(context.randomBytes);
  await insertRefreshToken(tx, {
    sha256,
    session_id: session.sessionId,
    user_id: session.userId,
    expires_at: session.expiresAt,
  });
  return text;
}
