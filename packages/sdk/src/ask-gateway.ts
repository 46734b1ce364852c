import { piecesOf } from './http-get.ts';
import type { Platform } from './platform.ts';
import { sdkLimits } from './sdk-limits.ts';
import { readBody } from './sync/read-body.ts';

export type GatewayAnswer =
  | { readonly kind: 'answered'; readonly text: string }
  /** Nobody knows whether it arrived, or not now. */
  | { readonly kind: 'try-again'; readonly reason: string; readonly afterMs: number | undefined }
  /** Asking again would not help. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface GatewayQuestion {
  readonly url: string;
  readonly sdkKey: string;
  readonly platform: Pick<Platform, 'userAgent' | 'fetch'>;
  /** Below `url`, with a slash before it. */
  readonly path: string;
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** The longest pause that the server may ask for. */
  readonly longestPauseMs: number;
}

/** Posts JSON to the gateway. Never rejects. Follows no redirect, since the SDK key would travel along. */
export async function askGateway(question: GatewayQuestion): Promise<GatewayAnswer> {
  const { url, path, sdkKey, platform, body, headers, signal } = question;
  try {
    const response = await platform.fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': platform.userAgent,
        'x-stitchd-sdk-key': sdkKey,
        ...headers,
      },
      body,
      signal,
      redirect: 'manual',
    });
    const text = await readBody(piecesOf(response.body), sdkLimits.maxAnswerBytes);
    if (response.ok) return { kind: 'answered', text };
    const { status } = response;
    // Browsers hide a redirect behind status 0. Whoever redirects is in the way of the gateway, and may be gone later.
    if (status < 400) return { kind: 'try-again', reason: `${url} redirects elsewhere`, afterMs: undefined };
    const reason = `HTTP ${status} ${problemCodeIn(text)}`.trim();
    if (status === 408 || status === 429 || status >= 500)
      return { kind: 'try-again', reason, afterMs: retryAfterMs(response.headers.get('retry-after'), question.longestPauseMs) };
    return { kind: 'refused', reason };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { kind: 'try-again', reason: cause instanceof Error ? cause.message : String(cause), afterMs: undefined };
  }
}

function problemCodeIn(text: string): string {
  return /"code"\s*:\s*"([A-Z_]+)"/.exec(text)?.[1] ?? '';
}

/** Seconds, as the gateway says them. */
function retryAfterMs(header: string | null, longestMs: number): number | undefined {
  const seconds = Number(header);
  if (header === null || header === '' || !Number.isFinite(seconds) || seconds < 0) return undefined;
  return Math.min(seconds * 1_000, longestMs);
}
