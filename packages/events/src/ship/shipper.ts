import { setTimeout as wait } from 'node:timers/promises';
import type { EventStore } from '@stitchd/db/clickhouse';
import type { EventLog } from '../spool/item-sink.ts';
import { spoolLimits } from '../spool/spool-limits.ts';
import type { SealedSegment, Spool } from '../spool/spool.ts';
import { shipLimits, type ShipLimits } from './ship-limits.ts';
import { shipSegment, type Shipped, type ShipOutcome } from './ship-segment.ts';

/** Brings a spool's segments into the event store, in the background, until it is stopped. */
export interface Shipper {
  /** Undefined while the event store takes what it gets; else what it said last. */
  readonly trouble: () => string | undefined;
  /** Waits for the insert that is under way; the rest stays in the spool. */
  readonly stop: () => Promise<void>;
}

export interface ShipperOptions {
  readonly spool: Spool;
  readonly store: EventStore;
  readonly nowMs: () => number;
  readonly log: EventLog;
  readonly onShipped: (shipped: Shipped) => void;
  readonly limits?: Partial<ShipLimits>;
}

export function startShipper(options: ShipperOptions): Shipper {
  const loop = new ShipperLoop(options);
  const done = loop.run();
  return {
    trouble: () => loop.trouble,
    async stop() {
      loop.stop();
      await done;
    },
  };
}

/** When a segment that was refused may be tried again. */
interface Retry {
  readonly delayMs: number;
  readonly dueAtMs: number;
}

class ShipperLoop {
  readonly #options: ShipperOptions;
  readonly #limits: ShipLimits;
  readonly #retries = new Map<string, Retry>();
  readonly #stopping = new AbortController();
  /** Aborted when a batch is stored; fresh in each round, before the round looks at what there is. */
  #stored = new AbortController();
  #storeDelayMs = 0;
  #takesNewest = false;
  #adoptAtMs: number;
  trouble: string | undefined;

  constructor(options: ShipperOptions) {
    this.#options = options;
    this.#limits = { ...shipLimits, ...options.limits };
    this.#adoptAtMs = options.nowMs() + spoolLimits.adoptEveryMs;
    options.spool.onStored(() => this.#stored.abort());
  }

  stop(): void {
    this.#stopping.abort();
  }

  async run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      this.#stored = new AbortController();
      try {
        await this.#round();
      } catch (error) {
        // A full disk, or a file that went away: nothing is lost, and it is tried again.
        this.#options.log.error({ err: error }, 'shipping failed');
        await pause(this.#limits.longestRetryMs, this.#stopping.signal);
      }
    }
  }

  async #round(): Promise<void> {
    const { spool, store, nowMs, log } = this.#options;
    if (nowMs() >= this.#adoptAtMs) {
      this.#adoptAtMs = nowMs() + spoolLimits.adoptEveryMs;
      await spool.adopt();
    }
    const segment = await this.#nextSegment();
    if (segment !== undefined) return this.#after(segment, await shipSegment(spool, store, segment, log));
    if (spool.isOpen()) {
      await pause(this.#limits.lingerMs, this.#stopping.signal);
      return spool.seal();
    }
    await pause(this.#untilSomethingIsDue(), AbortSignal.any([this.#stopping.signal, this.#stored.signal]));
  }

  /**
   * The oldest closed segment; where several wait, each second time the newest, into which goes what was stored up to now: so
   * that what happens at present is seen soon, however long it takes to catch up with what waited.
   */
  async #nextSegment(): Promise<SealedSegment | undefined> {
    const { spool } = this.#options;
    const waiting = this.#due(spool.sealed());
    this.#takesNewest = waiting.length > 1 && !this.#takesNewest && this.trouble === undefined;
    if (!this.#takesNewest) return waiting[0];
    if (spool.isOpen()) await spool.seal();
    return this.#due(spool.sealed()).at(-1);
  }

  #due(segments: readonly SealedSegment[]): readonly SealedSegment[] {
    const nowMs = this.#options.nowMs();
    return segments.filter(({ name }) => (this.#retries.get(name)?.dueAtMs ?? 0) <= nowMs);
  }

  #untilSomethingIsDue(): number {
    const due = [...this.#retries.values()].map(({ dueAtMs }) => dueAtMs);
    return Math.max(1, Math.min(this.#adoptAtMs, ...due) - this.#options.nowMs());
  }

  async #after(segment: SealedSegment, outcome: ShipOutcome): Promise<void> {
    const { log } = this.#options;
    switch (outcome.kind) {
      case 'shipped':
        this.#retries.delete(segment.name);
        this.#storeDelayMs = 0;
        if (this.trouble !== undefined) log.info({}, 'the event store takes items again');
        this.trouble = undefined;
        this.#options.onShipped(outcome);
        return;
      case 'refused':
        log.error({ segment: segment.name, reason: outcome.error.reason }, 'the event store refuses a segment; it is kept');
        return this.#tryLater(segment, outcome.error.reason);
      case 'unreadable':
        log.error({ segment: segment.name, reason: outcome.reason }, 'a segment of the spool can not be read');
        return this.#tryLater(segment, outcome.reason);
      case 'store-failed':
        if (this.trouble === undefined)
          log.warn({ reason: outcome.error.reason }, 'the event store fails; items wait in the spool');
        this.trouble = outcome.error.reason;
        this.#storeDelayMs = this.#longer(this.#storeDelayMs);
        await pause(this.#storeDelayMs, this.#stopping.signal);
    }
  }

  /** The segments after it go on. */
  #tryLater(segment: SealedSegment, reason: string): void {
    const delayMs = this.#longer(this.#retries.get(segment.name)?.delayMs ?? 0);
    this.#retries.set(segment.name, { delayMs, dueAtMs: this.#options.nowMs() + delayMs });
    this.trouble = reason;
  }

  #longer(delayMs: number): number {
    return Math.min(Math.max(delayMs * 2, this.#limits.firstRetryMs), this.#limits.longestRetryMs);
  }
}

/** Until the time is over or the signal comes. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}
