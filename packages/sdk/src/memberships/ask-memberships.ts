import { wellFormed, type RemoteList } from '@stitchd/core';
import { askGateway } from '../ask-gateway.ts';
import type { Platform } from '../platform.ts';
import { sdkLimits } from '../sdk-limits.ts';

/** Whether a list has a key. */
export interface MembershipQuestion {
  /** As it was when the question arose. */
  readonly list: RemoteList;
  readonly key: string;
}

/** What the server answered to one question: `undefined` that it knows no such list, or nothing at all. */
export type MembershipAnswer = { readonly question: MembershipQuestion; readonly member: boolean | undefined };

export type AskOutcome =
  | { readonly kind: 'answered'; readonly answers: readonly MembershipAnswer[] }
  /** The server is away or busy: ask again, not before `afterMs` where it said so. */
  | { readonly kind: 'try-again'; readonly reason: string; readonly afterMs: number | undefined }
  /** Asking again would not help for now, such as a key that was revoked. */
  | { readonly kind: 'refused'; readonly reason: string };

export interface AskOptions {
  readonly url: string;
  readonly sdkKey: string;
  readonly platform: Pick<Platform, 'userAgent' | 'fetch'>;
}

/** Asks one batch of questions. Never rejects. */
export async function askMemberships(
  questions: readonly MembershipQuestion[],
  { url, sdkKey, platform }: AskOptions,
  closing: AbortSignal,
): Promise<AskOutcome> {
  try {
    const answer = await askGateway({
      url,
      sdkKey,
      platform,
      path: '/v1/sdk/segments/check',
      body: `{"questions":[${questions.map(questionJson).join(',')}]}`,
      signal: AbortSignal.any([closing, AbortSignal.timeout(sdkLimits.membershipTimeoutMs)]),
      longestPauseMs: sdkLimits.membershipRetryMs.longest,
    });
    return answer.kind === 'answered' ? { kind: 'answered', answers: readAnswers(answer.text, questions) } : answer;
  } catch (error) {
    return { kind: 'try-again', reason: error instanceof Error ? error.message : String(error), afterMs: undefined };
  }
}

/** A question as it is sent. */
export function questionJson({ list, key }: MembershipQuestion): string {
  return JSON.stringify({ segmentKey: list.segment, contextKey: wellFormed(key) });
}

/** Answers come in the order of the questions; one that says to be about another question is passed over. */
function readAnswers(text: string, questions: readonly MembershipQuestion[]): readonly MembershipAnswer[] {
  const { answers } = JSON.parse(text) as { readonly answers?: unknown };
  if (!Array.isArray(answers)) throw new Error('the answer holds no answers');
  return questions.map((question, index) => {
    const answer = answers[index] as { segmentKey?: unknown; contextKey?: unknown; outcome?: unknown } | null | undefined;
    const isAbout = answer?.segmentKey === question.list.segment && answer.contextKey === wellFormed(question.key);
    return { question, member: isAbout ? memberOf(answer?.outcome) : undefined };
  });
}

function memberOf(outcome: unknown): boolean | undefined {
  if (outcome === 'member') return true;
  return outcome === 'not-member' ? false : undefined;
}
