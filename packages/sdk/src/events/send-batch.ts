import { askGateway } from '../ask-gateway.ts';
import type { Platform } from '../platform.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { QueuedItem } from './item.ts';

/** Below this, compression costs more than it saves. */
const compressFromBytes = 1_024;

export type SendOutcome =
  /** The server has it; items that it refused are named. */
  | {
      readonly kind: 'accepted';
      readonly accepted: number;
      readonly rejected: readonly RejectedItem[];
      readonly quarantined: readonly QuarantinedItem[];
    }
  /** Nobody knows whether it arrived: send the same bytes again. */
  | { readonly kind: 'try-again'; readonly reason: string; readonly afterMs: number | undefined }
  /** Sending it again would not help. */
  | { readonly kind: 'refused'; readonly reason: string };

/** An event that nobody has defined, as the server names it. */
interface QuarantinedItem {
  readonly eventKey: string;
}

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
export async function sendBatch(items: readonly QueuedItem[], { url, sdkKey, platform }: SendOptions): Promise<SendOutcome> {
  try {
    const body = utf8.encode(
      `{"sentAt":${platform.nowMs()},"sdk":${sdkOf(platform.userAgent)},"items":[${items.map(({ json }) => json).join(',')}]}`,
    );
    const compress = body.length >= compressFromBytes ? platform.gzip : undefined;
    const answer = await askGateway({
      url,
      sdkKey,
      platform,
      path: '/v1/sdk/events',
      body: compress ? await compress(body) : body,
      headers: compress ? { 'content-encoding': 'gzip' } : {},
      signal: AbortSignal.timeout(sdkLimits.sendTimeoutMs),
      longestPauseMs: sdkLimits.retryMs.longest,
    });
    return answer.kind === 'answered' ? accepted(answer.text, items.length) : answer;
  } catch (error) {
    // An answer that is no JSON: nobody knows whether the items arrived.
    return { kind: 'try-again', reason: String(error), afterMs: undefined };
  }
}

/** Who sends, as items are counted by. */
function sdkOf(userAgent: string): string {
  const [name, version] = userAgent.split('/');
  return JSON.stringify({ name, version });
}

function accepted(text: string, sent: number): SendOutcome {
  const answer = JSON.parse(text) as { accepted?: number; rejected?: RejectedItem[]; quarantined?: QuarantinedItem[] };
  const rejected = Array.isArray(answer.rejected) ? answer.rejected : [];
  const quarantined = Array.isArray(answer.quarantined) ? answer.quarantined : [];
  return { kind: 'accepted', accepted: answer.accepted ?? sent - rejected.length, rejected, quarantined };
}
