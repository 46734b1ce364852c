import type { HttpAnswer } from '../http-get.ts';
import type { Platform } from '../platform.ts';
import { readBody } from './read-body.ts';
import type { SyncLimits } from './sync-limits.ts';
import type { TransportEnd } from './transport-end.ts';

export interface HttpTransportOptions {
  /** Where the gateway answers, without a slash at its end. */
  readonly url: string;
  readonly sdkKey: string;
  readonly platform: Pick<Platform, 'userAgent' | 'get' | 'monotonicMs' | 'nowMs' | 'random'>;
  readonly limits: SyncLimits;
}

/** The headers of every question for definitions. */
export function questionHeaders({ sdkKey, platform }: HttpTransportOptions, accept: string): Record<string, string> {
  return { accept, 'user-agent': platform.userAgent, 'x-stitchd-sdk-key': sdkKey };
}

/** Whether an answer is of the type that was asked for; parameters such as the charset don't matter. */
export function isOfType(answer: HttpAnswer, mediaType: string): boolean {
  return answer.header('content-type')?.split(';')[0]?.trim().toLowerCase() === mediaType;
}

/** Says why an answer is not what was asked for. Rejects only where its body does. */
export async function whyUnusable(answer: HttpAnswer, options: HttpTransportOptions): Promise<TransportEnd> {
  const { status } = answer;
  if (status >= 300 && status < 400)
    return { kind: 'lost', message: `${options.url} redirects elsewhere; url must be where the gateway itself answers` };
  const problem = isOfType(answer, 'application/problem+json')
    ? readProblem(await readBody(answer.body, options.limits.maxProblemBytes))
    : undefined;
  if (status === 200) return { kind: 'lost', message: `${options.url} answered ${answer.header('content-type') ?? 'no type'}` };
  // A proxy's own 401 or 403 says nothing about the key.
  if (problem?.isRefusal) return { kind: 'refused', message: problem.message };
  const afterMs = retryAfterMs(answer.header('retry-after'), options.platform.nowMs());
  return {
    kind: 'lost',
    message: `${options.url} answered HTTP ${status}${problem === undefined ? '' : `: ${problem.message}`}`,
    ...(afterMs !== undefined && { retryAfterMs: Math.min(afterMs, options.limits.maxRetryAfterMs) }),
  };
}

export interface Problem {
  readonly message: string;
  /** Whether it says that the key is not accepted, rather than that something went wrong. */
  readonly isRefusal: boolean;
}

/** Reads a problem document; undefined for what is none. */
export function readProblem(text: string): Problem | undefined {
  try {
    const { code, detail, title, status } = JSON.parse(text) as Record<string, unknown>;
    if (typeof code !== 'string') return undefined;
    const sentence = [detail, title].find((each) => typeof each === 'string' && each !== '');
    return { message: typeof sentence === 'string' ? sentence : code, isRefusal: status === 401 || status === 403 };
  } catch {
    return undefined;
  }
}

/** Seconds, or a date: RFC 9110, section 10.2.3. */
function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return ms > 0 ? ms : undefined;
}
