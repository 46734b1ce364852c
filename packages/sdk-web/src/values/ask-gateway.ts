import type { Platform } from '../platform/platform.ts';

/** Where the gateway is, and with which key. */
export interface Gateway {
  readonly url: string;
  readonly clientKey: string;
}

/** Why nothing came of a request. `refused`: asking again at once would change nothing. */
export type Failure = {
  readonly kind: 'refused' | 'failed';
  /** A problem code, or what the browser says. */
  readonly reason: string;
  /** What the server asked for, in milliseconds. */
  readonly afterMs?: number | undefined;
};

/** Asks the gateway, as the browser lets a page do; nothing but the key goes with it. */
export function post(
  fetch: Platform['fetch'],
  { url, clientKey }: Gateway,
  path: string,
  body: string,
  more: { readonly etag?: string | undefined; readonly signal?: AbortSignal; readonly keepalive?: boolean },
): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${clientKey}`,
      'content-type': 'application/json',
      ...(more.etag !== undefined && { 'if-none-match': `"${more.etag}"` }),
    },
    body,
    credentials: 'omit',
    cache: 'no-store',
    ...(more.signal !== undefined && { signal: more.signal }),
    ...(more.keepalive === true && { keepalive: true }),
  });
}

const waits = new Set([408, 425, 429]);

/** What a problem that the server told means. */
export function failureOf(status: number, problem: unknown, retryAfter?: string | null): Failure {
  const code = typeof problem === 'object' && problem !== null && 'code' in problem ? String(problem.code) : `HTTP ${status}`;
  const seconds = Number(retryAfter ?? Number.NaN);
  const isRefused = status >= 400 && status < 500 && !waits.has(status);
  return {
    kind: isRefused ? 'refused' : 'failed',
    reason: code,
    afterMs: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : undefined,
  };
}

/** Reads why a request was not answered. */
export async function failureOfResponse(response: Response): Promise<Failure> {
  const problem: unknown = await response.json().catch(() => undefined);
  return failureOf(response.status, problem, response.headers.get('retry-after'));
}
