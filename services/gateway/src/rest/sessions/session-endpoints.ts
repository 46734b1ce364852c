import { timestampDate } from '@bufbuild/protobuf/wkt';
import { permissionsOf } from '@stitchd/core';
import { Credentials, Directory, type SessionTokens, SessionTokensSchema } from '@stitchd/proto/auth/v1/auth';
import { problem } from '@stitchd/service-kit';
import { messageJson } from '../../rpc/message-json.ts';
import { endpoint, type Answer, type Endpoint } from '../endpoint.ts';
import { exchangeLinkBody, identity, passwordBody, refreshBody, session, signInBody } from './session-schemas.ts';

const tag = 'Sessions';

/** The refresh token leaves in the cookie only, so that no script of a page can read it. */
function signedIn(tokens: SessionTokens): Answer {
  const { refreshToken: _, refreshExpiresAt: __, ...body } = messageJson(SessionTokensSchema, tokens);
  const expiresAt = tokens.refreshExpiresAt === undefined ? new Date(0) : timestampDate(tokens.refreshExpiresAt);
  return { body, refreshCookie: { token: tokens.refreshToken, expiresAt } };
}

function requireCookie(refreshToken: string | undefined): string {
  if (refreshToken === undefined) throw problem('UNAUTHENTICATED', 'There is no session here: the refresh cookie is missing.');
  return refreshToken;
}

export const sessionEndpoints: readonly Endpoint[] = [
  endpoint({
    method: 'POST',
    url: '/v1/auth/sign-in',
    operationId: 'signIn',
    tag,
    summary: 'Sign in with a password',
    description: 'Answers a short-lived access token and sets the refresh cookie.',
    access: 'cookie',
    body: signInBody,
    status: 200,
    answer: session,
    problems: ['UNAUTHENTICATED', 'RATE_LIMITED'],
    handle: async ({ body }, { call }) => signedIn(await call(Credentials.method.signIn, body)),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/auth/exchange-link',
    operationId: 'exchangeSignInLink',
    tag,
    summary: 'Sign in with a one-time link',
    description: 'Uses up the token of a sign-in link; a second use is refused.',
    access: 'cookie',
    body: exchangeLinkBody,
    status: 200,
    answer: session,
    problems: ['UNAUTHENTICATED', 'RATE_LIMITED'],
    handle: async ({ body }, { call }) => signedIn(await call(Credentials.method.exchangeSignInLink, body)),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/auth/refresh',
    operationId: 'refreshSession',
    tag,
    summary: 'Get a new access token',
    description:
      'Exchanges the refresh cookie for a new access token and a new cookie, in the same organisation unless told otherwise.',
    access: 'cookie',
    body: refreshBody,
    status: 200,
    answer: session,
    problems: ['UNAUTHENTICATED', 'RATE_LIMITED'],
    handle: async ({ body, refreshToken }, { call }) =>
      signedIn(
        await call(Credentials.method.refreshSession, {
          refreshToken: requireCookie(refreshToken),
          organisationKey: body.organisation ?? '',
        }),
      ),
  }),
  endpoint({
    method: 'POST',
    url: '/v1/auth/sign-out',
    operationId: 'signOut',
    tag,
    summary: 'Sign out',
    description: 'Ends the session of the refresh cookie, its access tokens included, and removes the cookie.',
    access: 'cookie',
    status: 204,
    async handle({ refreshToken }, { call }) {
      if (refreshToken !== undefined) await call(Credentials.method.signOut, { refreshToken });
      return { refreshCookie: 'clear' };
    },
  }),
  endpoint({
    method: 'GET',
    url: '/v1/me',
    operationId: 'getIdentity',
    tag,
    summary: 'Who the credentials belong to',
    description: 'The user or API token that asks, its role, and what that role may do.',
    access: 'people',
    status: 200,
    answer: identity,
    async handle({ principal }) {
      if (principal?.role === undefined) throw problem('UNAUTHENTICATED', 'Credentials are missing.');
      const { kind, id, name, role, organisationId } = principal;
      return { body: { kind, id, name, role, organisationId, permissions: [...permissionsOf(role)] } };
    },
  }),
  endpoint({
    method: 'POST',
    url: '/v1/me/password',
    operationId: 'setPassword',
    tag,
    summary: 'Set the own password',
    description: 'Ends all sessions of the user, this one included. API tokens have no password.',
    access: 'people',
    body: passwordBody,
    status: 204,
    async handle({ body }, { call }) {
      const { currentPassword = '', newPassword } = body;
      await call(Directory.method.setPassword, { currentPassword, newPassword });
      return { refreshCookie: 'clear' };
    },
  }),
];
