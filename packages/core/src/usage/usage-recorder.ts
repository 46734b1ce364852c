import { ContextHandle, resolveContext } from '../context/context-handle.ts';
import type { EvaluationContext } from '../context/context.ts';
import type { PrivateNames } from '../context/private-attributes.ts';
import { CountedDetails } from '../evaluation/counted-details.ts';
import type { EvaluationDetails } from '../evaluation/details.ts';
import { isKey } from '../ids/key.ts';
import { observationLimits } from './observation-limits.ts';
import { createSeenAttributes } from './seen-attributes.ts';
import { createUsageCounts } from './usage-counts.ts';
import type { UsageItem } from './usage-item.ts';
import { usageLimits } from './usage-limits.ts';

/** What becomes of reads: counted, and reported now and then. */
export interface UsageRecorder {
  /** Counts a read. Never throws, and costs an addition where the answer was read before. */
  readonly read: (flagKey: string, details: EvaluationDetails<unknown>, context: EvaluationContext | ContextHandle) => void;
  /** Counts an answer that was part of one about all flags; looks at no context. */
  readonly deliver: (flagKey: string, details: EvaluationDetails<unknown>) => void;
  /** The same of many such answers at once. */
  readonly deliverTimes: (flagKey: string, details: EvaluationDetails<unknown>, times: number) => void;
  /** Looks at a context whose reads are counted elsewhere. */
  readonly observe: (context: EvaluationContext | ContextHandle) => void;
  /** Queues what was counted since the last time. While the server can't be reached only what would else be forgotten. */
  readonly report: (isLast: boolean) => void;
  /** Reports where timers did not come to it, as in a runtime that stands still between requests. */
  readonly reportIfDue: () => void;
}

export interface UsageParts {
  /** Answers false where the item was dropped. */
  readonly send: (item: UsageItem) => boolean;
  /** Whether what is sent only adds to what waits. */
  readonly isFailing: () => boolean;
  /** Whether values of attributes may be told, too. */
  readonly observesValues: () => boolean;
  readonly privateNames: PrivateNames;
  readonly newId: (atMs: number) => string;
  readonly intervalMs: number;
  readonly nowMs: () => number;
}

export function createUsageRecorder(parts: UsageParts): UsageRecorder {
  return new CountingRecorder(parts);
}

/** An answer that was given since the last report. */
interface Given {
  readonly flagKey: string;
  readonly details: EvaluationDetails<unknown>;
}

class CountingRecorder implements UsageRecorder {
  readonly #parts: UsageParts;
  readonly #counts;
  readonly #seen = createSeenAttributes();
  /** Answers with a number of their own since the last report. */
  #given: Given[] = [];
  #observed = 0;
  #reportedAtMs: number;

  constructor(parts: UsageParts) {
    this.#parts = parts;
    this.#reportedAtMs = parts.nowMs();
    this.#counts = createUsageCounts(parts.newId, this.#reportedAtMs);
  }

  read(flagKey: string, details: EvaluationDetails<unknown>, context: EvaluationContext | ContextHandle): void {
    const before = CountedDetails.count(details);
    // At 0, 1, 2, 4, 8 …: often enough to see what contexts look like, seldom enough to cost nothing. At -1 nothing was counted.
    if ((before & (before - 1)) === 0 || before < 0) this.#note(before, flagKey, details, context);
  }

  deliver(flagKey: string, details: EvaluationDetails<unknown>): void {
    const before = CountedDetails.countDelivery(details);
    if (before === 0) this.#remember(flagKey, details);
    else if (before < 0) this.deliverTimes(flagKey, details, 1);
  }

  deliverTimes(flagKey: string, { variant, reason }: EvaluationDetails<unknown>, times: number): void {
    this.#counts.add(flagKey, variant, reason, 'delivered', times);
  }

  report(isLast: boolean): void {
    const { send, isFailing, nowMs, newId } = this.#parts;
    for (const { flagKey, details } of this.#given) {
      const { variant, reason } = details;
      const { reads, deliveries } = CountedDetails.take(details);
      if (reads > 0) this.#counts.add(flagKey, variant, reason, 'count', reads);
      if (deliveries > 0) this.#counts.add(flagKey, variant, reason, 'delivered', deliveries);
    }
    this.#given = [];
    this.#observed = 0;
    const atMs = nowMs();
    this.#reportedAtMs = atMs;
    const isOver = this.#counts.isOver(atMs);
    if (isFailing() && !isOver && !isLast) return;
    this.#seen.report((contexts) =>
      send({ type: 'usage', id: newId(atMs), at: atMs, from: atMs, to: atMs, flags: [], contexts }),
    );
    if (isOver) this.#seen.clear();
    this.#counts.report(atMs, send);
  }

  reportIfDue(): void {
    const { nowMs, intervalMs } = this.#parts;
    if (Math.abs(nowMs() - this.#reportedAtMs) >= intervalMs) this.report(false);
  }

  #note(before: number, flagKey: string, details: EvaluationDetails<unknown>, context: EvaluationContext | ContextHandle): void {
    if (before < 0) this.#addUnprepared(flagKey, details);
    else if (before === 0) this.#remember(flagKey, details);
    this.observe(context);
  }

  observe(context: EvaluationContext | ContextHandle): void {
    if (this.#observed >= observationLimits.contextsPerReport) return;
    this.#observed++;
    try {
      const resolved = ContextHandle.is(context) ? context : resolveContext(context);
      this.#seen.observe(resolved, this.#parts.privateNames, this.#parts.observesValues());
    } catch {
      // What a hostile context does must not reach the application; there is nothing to note of it.
    }
  }

  /** Answers that were made for one read: errors, and those that hold the caller's fallback. */
  #addUnprepared(flagKey: string, { variant, reason }: EvaluationDetails<unknown>): void {
    if (isKey(flagKey)) this.#counts.add(flagKey, variant, reason, 'count');
    else this.#counts.addUncounted(1);
  }

  #remember(flagKey: string, details: EvaluationDetails<unknown>): void {
    if (this.#given.length < usageLimits.maxGroups) this.#given.push({ flagKey, details });
    else this.#counts.addUncounted(CountedDetails.take(details).reads);
  }
}
