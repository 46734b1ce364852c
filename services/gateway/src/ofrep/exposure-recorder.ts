import { randomUUID } from 'node:crypto';
import { unitOf, uuidv7, type ContextHandle, type ExposureSource } from '@stitchd/core';
import { Ingestion } from '@stitchd/proto/event/v1/event';
import { createBoundedMap, withCall, type Logger, type Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import {
  exposureAttempts,
  exposureBatchItems,
  exposureFlushMs,
  exposureRepeatMs,
  maxRememberedExposures,
  maxWaitingExposures,
} from '../limits.ts';

/** Takes the exposures of remote evaluations and sends them on in the background. */
export interface ExposureRecorder {
  readonly record: (principal: Principal, exposure: ExposureSource, context: ContextHandle) => void;
  readonly start: () => void;
  /** Sends what waits, once. */
  readonly stop: () => Promise<void>;
}

type Outcome = 'recorded' | 'repeated' | 'dropped';

/** What waits for one SDK key. */
interface Waiting {
  readonly principal: Principal;
  readonly items: object[];
  attempts: number;
}

export function createExposureRecorder(options: {
  readonly call: GatewayContext['call'];
  readonly nowMs: () => number;
  readonly randomBytes: (bytes: number) => Uint8Array;
  readonly onOutcome: (outcome: Outcome, items: number) => void;
  readonly log: Logger;
}): ExposureRecorder {
  const { nowMs, onOutcome } = options;
  const sentAtMs = createBoundedMap<number>(maxRememberedExposures);
  const waiting = new Map<string, Waiting>();
  let count = 0;
  let flushing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  function isRepeated(name: string): boolean {
    const before = sentAtMs.get(name);
    if (before !== undefined && nowMs() - before < exposureRepeatMs) return true;
    sentAtMs.set(name, nowMs());
    return false;
  }

  async function send(batch: Waiting): Promise<void> {
    const items = batch.items.splice(0, exposureBatchItems);
    const body = new TextEncoder().encode(JSON.stringify({ sentAt: nowMs(), items }));
    const call = { requestId: randomUUID(), principal: batch.principal, deadlineMs: undefined };
    try {
      await withCall(call, () => options.call(Ingestion.method.ingest, { body, contentEncoding: '' }));
      count -= items.length;
      batch.attempts = 0;
      onOutcome('recorded', items.length);
    } catch (error) {
      batch.attempts++;
      if (batch.attempts < exposureAttempts) batch.items.unshift(...items);
      else {
        count -= items.length;
        batch.attempts = 0;
        onOutcome('dropped', items.length);
        options.log.error({ err: error, items: items.length }, 'exposures of remote evaluations were lost');
      }
      throw error;
    }
  }

  async function flush(): Promise<void> {
    for (const [keyId, batch] of waiting) {
      try {
        while (batch.items.length > 0) await send(batch);
        waiting.delete(keyId);
      } catch {
        // Told above; it is tried again with the next flush.
      }
    }
  }

  return {
    record(principal, exposure, context) {
      if (exposure.iterationId === undefined && exposure.holdout === undefined) return;
      const unit = unitOf(context, exposure);
      if (unit === undefined) return;
      const { flagKey: flag, variant, ruleId: rule, splitId: split, iterationId, holdout, contextKind } = exposure;
      if (
        isRepeated(JSON.stringify([principal.environmentId, flag, rule, split, iterationId, holdout, variant, contextKind, unit]))
      )
        return onOutcome('repeated', 1);
      if (count >= maxWaitingExposures) return onOutcome('dropped', 1);
      const kinds = [...context.kinds].filter((kind): kind is [string, string] => kind[1] !== undefined);
      const at = nowMs();
      const id = uuidv7(at, options.randomBytes(10));
      // A unit that is an attribute stands in for its kind's key: results are by what was bucketed.
      const item = {
        type: 'exposure',
        id,
        at,
        flag,
        variant,
        rule,
        split,
        iterationId,
        holdout,
        context: { ...Object.fromEntries(kinds), [contextKind]: unit },
      };
      const batch = waiting.get(principal.id) ?? { principal, items: [], attempts: 0 };
      waiting.set(principal.id, batch);
      batch.items.push(item);
      count++;
      return undefined;
    },
    start() {
      timer = setInterval(() => {
        flushing = flushing.then(flush);
      }, exposureFlushMs);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await flushing.then(flush);
    },
  };
}
