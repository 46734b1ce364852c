import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Answer } from '../rest/endpoint.ts';

export const refreshCookieName = 'stitchd_refresh';
/** Nothing but the session routes ever sees it. */
const path = '/v1/auth';

export function readRefreshCookie(request: FastifyRequest): string | undefined {
  const token = request.cookies[refreshCookieName];
  return token === undefined || token === '' ? undefined : token;
}

/** @param secure - whether people reach us by https, through a proxy too */
export function writeRefreshCookie(reply: FastifyReply, cookie: NonNullable<Answer['refreshCookie']>, secure: boolean): void {
  const options = { path, httpOnly: true, sameSite: 'strict', secure } as const;
  if (cookie === 'clear') reply.clearCookie(refreshCookieName, options);
  else reply.setCookie(refreshCookieName, cookie.token, { ...options, expires: cookie.expiresAt });
}
