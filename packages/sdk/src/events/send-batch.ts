import type { Platform } from '../platform.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { QueuedItem } from './item.ts';

/** Below this, compression costs more than it saves. */
const compressFromBytes = 1_024;

export type SendOutcome =
  /** The server has it; items that it refused are named. */
  | { readonly kind: 'accepted'; readonly accepted: number; readonly rejected: readonly RejectedItem[] }
  /** Nobody knows whether it arrived: send the same bytes again. */
  | { readonly kind: 'try-again'; readonly reason: string; readonly afterMs: number | undefined }
  /** Sending it again would not help. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface RejectedItem {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

export interface SendOptions {
  readonly url: string;
  readonly sdkKey: string;
  readonly platform: Pick<Platform, 'userAgent' | 'nowMs' | 'fetch' | 'gzip' | 'random'>;
}

const utf8 = new TextEncoder();

/** Sends one batch. Never rejects. */
export async function sendBatch(items: readonly QueuedItem[], options: SendOptions): Promise<SendOutcome> {
  const { platform } = options;
  try {
    const body = utf8.encode(`{"sentAt":${platform.nowMs()},"items":[${items.map(({ json }) => json).join(',')}]}`);
    const compress = body.length >= compressFromBytes ? platform.gzip : undefined;
    const response = await platform.fetch(`${options.url}/v1/sdk/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': platform.userAgent,
        'x-stitchd-sdk-key': options.sdkKey,
        ...(compress && { 'content-encoding': 'gzip' }),
      },
      body: compress ? await compress(body) : body,
      signal: AbortSignal.timeout(sdkLimits.sendTimeoutMs),
    });
    const text = await response.text();
    if (response.ok) return accepted(text, items.length);
    const reason = `HTTP ${response.status} ${problemCodeIn(text)}`.trim();
    if (response.status === 429 || response.status >= 500)
      return { kind: 'try-again', reason, afterMs: retryAfterMs(response.headers.get('retry-after')) };
    return { kind: 'refused', reason };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return { kind: 'try-again', reason: cause, afterMs: undefined };
  }
}

function accepted(text: string, sent: number): SendOutcome {
  const answer = JSON.parse(text) as { accepted?: number; rejected?: RejectedItem[] };
  const rejected = Array.isArray(answer.rejected) ? answer.rejected : [];
  return { kind: 'accepted', accepted: answer.accepted ?? sent - rejected.length, rejected };
}

function problemCodeIn(text: string): string {
  return /"code"\s*:\s*"([A-Z_]+)"/.exec(text)?.[1] ?? '';
}

function retryAfterMs(header: string | null): number | undefined {
  const seconds = Number(header);
  return header === null || !Number.isFinite(seconds) || seconds < 0
    ? undefined
    : Math.min(seconds * 1_000, sdkLimits.retryMs.longest);
}
