import { lookup, type LookupAddress } from 'node:dns';
import { request as requestHttp, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import { failed, type Attempt } from './attempt.ts';
import { isPublicAddress } from './public-address.ts';
import { literalAddress, type WebhookHosts } from './webhook-hosts.ts';

const notAllowed = 'EADDRESSNOTALLOWED';

/**
 * Posts a message once. The address to which the connection goes is the one that was checked; redirects are not followed, since they
 * would lead past the check; and of the answer nothing but the status is read.
 */
export async function postWebhook(
  url: URL,
  message: { readonly body: string; readonly headers: Readonly<Record<string, string>> },
  options: { readonly hosts: WebhookHosts; readonly timeoutMs: number; readonly stopping: AbortSignal },
): Promise<Attempt> {
  const isAllowed = options.hosts.isAllowed(url);
  const address = literalAddress(url);
  if (!isAllowed && (url.protocol !== 'https:' || (address !== undefined && !isPublicAddress(address)))) return refused();
  const timeout = AbortSignal.timeout(options.timeoutMs);
  try {
    const status = await statusOf(url, message.body, {
      method: 'POST',
      // A connection of its own: one that is kept was checked for another message.
      agent: false,
      signal: AbortSignal.any([timeout, options.stopping]),
      ...(!isAllowed && { lookup: lookUpPublic }),
      headers: {
        ...message.headers,
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(message.body),
        'user-agent': 'Stitchd',
      },
    });
    return ofStatus(status);
  } catch (error) {
    if (timeout.aborted) return failed('TIMEOUT', `No answer within ${options.timeoutMs / 1_000} s.`);
    return ofError(error);
  }
}

function statusOf(url: URL, body: string, options: RequestOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? requestHttps : requestHttp;
    const request = send(url, options, (response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** Answers public addresses alone, to whoever connects: nobody looks the name up again in between. */
const lookUpPublic: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, found: readonly LookupAddress[]) => {
    if (error !== null) return done(error, '');
    const usable = found.filter((each) => isPublicAddress(each.address));
    const [first] = usable;
    if (first === undefined) return done(Object.assign(new Error('no public address'), { code: notAllowed }), '');
    return options.all === true ? done(null, [...usable]) : done(null, first.address, first.family);
  });
};

function ofStatus(status: number): Attempt {
  if (status >= 200 && status < 300) return { kind: 'arrived', status };
  if (status >= 300 && status < 400)
    return failed('REDIRECTED', `It answered ${status}: redirects are not followed. Enter the address that it leads to.`, {
      status,
    });
  if (status === 410)
    return failed('GONE', 'It answered 410: it wants nothing any more.', { status, isFinal: true, isGone: true });
  return failed('REFUSED', `It answered ${status}.`, { status });
}

function refused(): Attempt {
  return failed(
    'ADDRESS_NOT_ALLOWED',
    'It leads into a private network, or speaks no TLS, and the operator has not allowed its host.',
  );
}

function ofError(error: unknown): Attempt {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === notAllowed) return refused();
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return failed('NOT_RESOLVED', 'The name of the host is not known.');
  if (/CERT|TLS|SSL|SIGNATURE|ISSUER/.test(code)) return failed('TLS_FAILED', `No safe connection could be made (${code}).`);
  return failed('CONNECTION_FAILED', code === '' ? 'The connection failed.' : `The connection failed (${code}).`);
}
