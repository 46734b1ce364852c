import { runLater, type StopTimer } from '../background-timer.ts';
import { backoffMs } from '../backoff.ts';
import type { Platform } from '../platform.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import {
  askMemberships,
  questionJson,
  type AskOptions,
  type MembershipAnswer,
  type MembershipQuestion,
} from './ask-memberships.ts';

/** How questions are doing. */
export interface CheckCounts {
  /** Questions that wait to be asked or answered. */
  readonly waiting: number;
  /** Questions that were not kept, because too many were waiting. */
  readonly dropped: number;
  /** Why questions go unanswered at this time. */
  readonly lastError: string | undefined;
}

/** Asks in the background: in batches, each question once at a time, and seldom while nobody answers. */
export interface CheckQueue {
  /** Lets a question be asked soon. Never throws, never waits. */
  readonly want: (question: MembershipQuestion) => void;
  /** Asks ahead of the others; resolves when all are answered, given up, or after `timeoutMs`. Never rejects. */
  readonly ask: (questions: readonly MembershipQuestion[], timeoutMs: number) => Promise<void>;
  readonly counts: () => CheckCounts;
  readonly close: () => void;
}

export interface CheckQueueOptions extends AskOptions {
  readonly platform: Pick<Platform, 'userAgent' | 'fetch' | 'random'>;
  readonly logger: SdkLogger;
  readonly onAnswers: (answers: readonly MembershipAnswer[]) => void;
}

/** A question that waits, or is being asked. */
interface Open {
  readonly question: MembershipQuestion;
  readonly bytes: number;
  /** Whoever waits for it. */
  readonly tell: Set<() => void>;
  isAsked: boolean;
}

const utf8 = new TextEncoder();

export function createCheckQueue(options: CheckQueueOptions): CheckQueue {
  return new Checks(options);
}

class Checks implements CheckQueue {
  private readonly options: CheckQueueOptions;
  private readonly open = new Map<string, Open>();
  private readonly closing = new AbortController();
  private asking = 0;
  private failures = 0;
  private dropped = 0;
  private lastError: string | undefined;
  /** The next look at what waits: soon, or at the end of a pause. */
  private timer: StopTimer | undefined;
  private isPaused = false;

  constructor(options: CheckQueueOptions) {
    this.options = options;
  }

  readonly want = (question: MembershipQuestion): void => {
    if (this.find(question) !== undefined && !this.isPaused) this.lookAfter(sdkLimits.membershipGatherMs);
  };

  readonly ask = async (questions: readonly MembershipQuestion[], timeoutMs: number): Promise<void> => {
    // Who waits for nobody is told at once: the server is known to be away.
    if (questions.length === 0 || this.closing.signal.aborted || (this.isPaused && this.failures > 1)) return;
    const found = questions.flatMap((question) => this.find(question) ?? []);
    await new Promise<void>((resolve) => {
      const missing = new Set(found);
      const stop = runLater(timeoutMs, () => done());
      const tellers = found.map((open) => ({ open, tell: () => (missing.delete(open), missing.size === 0 && done()) }));
      const done = (): void => {
        stop();
        for (const { open, tell } of tellers) open.tell.delete(tell);
        resolve();
      };
      for (const { open, tell } of tellers) open.tell.add(tell);
      if (missing.size === 0) done();
      else if (!this.isPaused) this.lookAfter(0);
    });
  };

  readonly counts = (): CheckCounts => ({ waiting: this.open.size, dropped: this.dropped, lastError: this.lastError });

  readonly close = (): void => {
    this.closing.abort();
    this.timer?.();
    this.settle([...this.open.values()]);
  };

  /** A question is kept once; beyond the limit new ones are dropped, and asked for again by a later evaluation. */
  private find(question: MembershipQuestion): Open | undefined {
    if (this.closing.signal.aborted) return undefined;
    const name = nameOf(question);
    const known = this.open.get(name);
    if (known !== undefined) return known;
    if (this.open.size >= sdkLimits.maxWaitingMemberships) {
      this.dropped++;
      return undefined;
    }
    const bytes = utf8.encode(questionJson(question)).length + 1;
    const open = { question, bytes, tell: new Set<() => void>(), isAsked: false };
    this.open.set(name, open);
    return open;
  }

  private lookAfter(afterMs: number): void {
    if (afterMs === 0) {
      // At the end of this turn, so that what is prepared together is asked together.
      queueMicrotask(() => this.look());
      return;
    }
    this.timer ??= runLater(afterMs, () => {
      this.timer = undefined;
      this.isPaused = false;
      this.look();
    });
  }

  private look(): void {
    while (!this.isPaused && !this.closing.signal.aborted && this.asking < this.mostAtOnce()) {
      const batch = this.nextBatch();
      if (batch.length === 0) return;
      void this.askBatch(batch);
    }
  }

  /** After a failure one batch has to find out whether the server is back. */
  private mostAtOnce(): number {
    return this.failures > 0 ? 1 : sdkLimits.maxMembershipRequests;
  }

  private nextBatch(): readonly Open[] {
    const waiting = [...this.open.values()].filter(({ isAsked }) => !isAsked);
    const batch: Open[] = [];
    let bytes = 0;
    for (const open of [...waiting.filter(isAwaited), ...waiting.filter((one) => !isAwaited(one))]) {
      bytes += open.bytes;
      if (batch.length === sdkLimits.maxMembershipQuestions || (batch.length > 0 && bytes > sdkLimits.maxMembershipBytes)) break;
      batch.push(open);
    }
    return batch;
  }

  private async askBatch(batch: readonly Open[]): Promise<void> {
    this.asking++;
    for (const open of batch) open.isAsked = true;
    const outcome = await askMemberships(
      batch.map(({ question }) => question),
      this.options,
      this.closing.signal,
    );
    this.asking--;
    if (this.closing.signal.aborted) return;
    if (outcome.kind === 'answered') {
      this.recovered();
      this.options.onAnswers(outcome.answers);
      this.settle(batch);
      return this.look();
    }
    for (const open of batch) open.isAsked = false;
    this.failed(outcome);
    // Nobody waits for a server that fails again and again; what is unknown stays so and is asked for by later evaluations.
    if (outcome.kind === 'refused' || this.failures > 1) this.settle(batch);
  }

  private recovered(): void {
    if (this.lastError !== undefined) this.options.logger.info('the server answers which lists hold a key again');
    this.failures = 0;
    this.lastError = undefined;
  }

  private failed(outcome: {
    readonly kind: 'try-again' | 'refused';
    readonly reason: string;
    readonly afterMs?: number | undefined;
  }): void {
    if (this.lastError === undefined)
      this.options.logger.warn(`the server does not say which lists hold a key, they stay as last known: ${outcome.reason}`);
    this.lastError = outcome.reason;
    if (this.isPaused) return;
    this.isPaused = true;
    const pauseMs =
      outcome.kind === 'refused'
        ? sdkLimits.refusedRetryMs
        : (outcome.afterMs ?? backoffMs(this.failures, sdkLimits.membershipRetryMs, this.options.platform.random));
    this.failures++;
    this.timer?.();
    this.timer = undefined;
    this.lookAfter(Math.max(1, pauseMs));
  }

  private settle(batch: readonly Open[]): void {
    for (const open of batch) {
      this.open.delete(nameOf(open.question));
      for (const tell of open.tell) tell();
    }
  }
}

function isAwaited({ tell }: Open): boolean {
  return tell.size > 0;
}

/** A version apart is a question apart: what is being asked about the list as it was says nothing of the list as it is. */
function nameOf({ list, key }: MembershipQuestion): string {
  return `${list.segment}\u0000${list.version}\u0000${key}`;
}
