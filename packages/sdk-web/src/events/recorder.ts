import { createUsageCounts, type EvaluationContext, type FlagValue } from '@stitchd/core';
import { keysOf } from '../web-context.ts';
import { webLimits } from '../web-limits.ts';
import type { EventQueue } from './event-queue.ts';
import { createExposureMemory, exposureName } from './exposures.ts';

/** What goes with an event. */
export interface TrackOptions {
  /** The event's value, for events that are defined with one: a finite number, or true or false. */
  readonly value?: number | boolean;
  /** Small facts that are kept with the event. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** When it happened, in epoch milliseconds; now where left out. */
  readonly at?: number;
}

/** Turns what happens in the page into items, where the visitor consents. */
export interface Recorder {
  /** Reading a flag exposes its units to the experiments that decide it. */
  readonly expose: (flagKey: string, flag: FlagValue, context: EvaluationContext) => void;
  /** Counts a read. */
  readonly count: (flagKey: string, details: Pick<FlagValue, 'variant' | 'reason'>) => void;
  /** Queues what was counted since the last time. */
  readonly report: () => void;
  /** Answers false where the event was dropped. Never throws. */
  readonly track: (eventKey: string, context: EvaluationContext, options?: TrackOptions) => boolean;
  /** @param flagOf - finds the flags that were read before consent was given: they are exposed now */
  readonly setConsent: (granted: boolean, flagOf: (flagKey: string) => FlagValue | undefined, context: EvaluationContext) => void;
}

export function createRecorder(options: {
  readonly queue: EventQueue;
  readonly newId: (atMs: number) => string;
  readonly nowMs: () => number;
  readonly consent: boolean;
}): Recorder {
  const { queue, newId, nowMs } = options;
  const exposed = createExposureMemory();
  const usage = createUsageCounts(newId, nowMs());
  const readUnexposed = new Set<string>();
  let { consent } = options;

  function expose(flagKey: string, { exposures }: FlagValue, context: EvaluationContext): void {
    if (exposures === undefined) return;
    if (!consent) {
      if (readUnexposed.size < webLimits.maxReadFlags) readUnexposed.add(flagKey);
      return;
    }
    const at = nowMs();
    for (const exposure of exposures) {
      const name = exposureName(exposure);
      if (!exposed.isNew(name, at)) continue;
      const { kind, unit, ...facts } = exposure;
      // A unit that is an attribute stands in for its kind's key: results are by what was bucketed.
      const item = { type: 'exposure', id: newId(at), at, ...facts, context: { ...keysOf(context), [kind]: unit } } as const;
      if (!queue.add(item)) exposed.forget(name);
    }
  }

  return {
    expose,
    count(flagKey, { variant, reason }) {
      if (consent) usage.add(flagKey, variant, reason, 'count');
    },
    report: () => usage.report(nowMs(), queue.add),
    track(key, context, options) {
      if (!consent) {
        queue.drop('the visitor has not consented');
        return false;
      }
      const { value, properties, at = nowMs() } = options ?? {};
      if (!Number.isInteger(at) || at < 0 || at > webLimits.latestMs) {
        queue.drop('the time of an event is no epoch milliseconds');
        return false;
      }
      const more = { ...(value !== undefined && { value }), ...(properties !== undefined && { properties }) };
      return queue.add({ type: 'event', id: newId(at), at, key, context: keysOf(context), ...more });
    },
    setConsent(granted, flagOf, context) {
      consent = granted;
      if (!granted) return queue.clear();
      queue.adopt();
      for (const flagKey of readUnexposed) {
        const flag = flagOf(flagKey);
        if (flag !== undefined) expose(flagKey, flag, context);
      }
      readUnexposed.clear();
    },
  };
}
