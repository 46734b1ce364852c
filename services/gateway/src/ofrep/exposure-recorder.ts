import { randomUUID } from 'node:crypto';
import {
  exposureAttributes,
  isPrivateUnit,
  maxUnitLength,
  privateNamesOf,
  sentUnits,
  unitOf,
  uuidv7,
  type CompiledDefinitions,
  type ContextHandle,
  type EventSettings,
  type ExposureSource,
  type ExposuresOn,
  type PrivateNames,
} from '@stitchd/core';
import { Ingestion, type IngestResponse } from '@stitchd/proto/event/v1/event';
import { createBoundedMap, withCall, type Logger, type Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import {
  exposureBatchBytes,
  exposureBatchItems,
  exposureFlushMs,
  exposureRepeatMs,
  exposureRetryMs,
  gatewaySender,
  maxRememberedExposures,
  maxWaitingExposures,
} from '../limits.ts';
import { createRefusalLog } from './refusal-log.ts';

/** Takes the exposures of remote evaluations and sends them on in the background. */
export interface ExposureRecorder {
  /**
   * Answers false for one that is given up at once, since too many wait.
   * @param exposed.settings - by them exposures carry attributes
   */
  readonly record: (
    principal: Principal,
    exposure: ExposureSource,
    context: ContextHandle,
    exposed: { readonly by: ExposuresOn; readonly settings: Pick<EventSettings, 'exposureAttributes'> },
  ) => boolean;
  /**
   * Takes what a delivery of all values exposes; undefined in an environment where only reads do.
   */
  readonly delivery: (
    principal: Principal,
    compiled: Pick<CompiledDefinitions, 'eventSettings'>,
    context: ContextHandle,
  ) => ((exposure: ExposureSource) => boolean) | undefined;
  readonly start: () => void;
  /** Sends what waits, once; what can't be sent then is lost and counted. */
  readonly stop: () => Promise<void>;
}

const noNames: PrivateNames = new Set();

/** `rejected`: event-service would not take it, or did not, and sending it again changes nothing. */
type Outcome = 'recorded' | 'repeated' | 'dropped' | 'rejected';

interface WaitingItem {
  /** By which its repetitions are known. */
  readonly name: string;
  readonly atMs: number;
  /** The item as JSON. */
  readonly text: string;
  readonly bytes: number;
}

/** What waits for one SDK key, the oldest first. */
interface Waiting {
  readonly principal: Principal;
  readonly items: WaitingItem[];
}

/** As many of the oldest as one request takes, at least one. */
function nextItems({ items }: Waiting): readonly WaitingItem[] {
  let bytes = 0;
  const end = items.findIndex((item, index) => {
    // With the comma behind it.
    bytes += item.bytes + 1;
    return index === exposureBatchItems || (index > 0 && bytes > exposureBatchBytes);
  });
  return items.slice(0, end === -1 ? items.length : end);
}

function bodyOf(items: readonly WaitingItem[], sentAtMs: number): Uint8Array {
  const texts = items.map(({ text }) => text).join(',');
  return new TextEncoder().encode(`{"sentAt":${sentAtMs},"sdk":${JSON.stringify(gatewaySender)},"items":[${texts}]}`);
}

export function createExposureRecorder(options: {
  readonly call: GatewayContext['call'];
  readonly nowMs: () => number;
  readonly randomBytes: (bytes: number) => Uint8Array;
  readonly onOutcome: (outcome: Outcome, items: number) => void;
  readonly log: Logger;
}): ExposureRecorder {
  const { nowMs, onOutcome } = options;
  const queuedAtMs = createBoundedMap<number>(maxRememberedExposures);
  const waiting = new Map<string, Waiting>();
  const refusals = createRefusalLog(options);
  let count = 0;
  let flushing: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function isRepeated(name: string): boolean {
    const before = queuedAtMs.get(name);
    return before !== undefined && nowMs() - before < exposureRepeatMs;
  }

  /** Gives up the oldest; their units are recorded again when they come again, or results would miss them for an hour. */
  function giveUp(batch: Waiting, items: number, error: unknown): void {
    if (items === 0) return;
    for (const { name } of batch.items.splice(0, items)) queuedAtMs.delete(name);
    count -= items;
    onOutcome('dropped', items);
    options.log.error({ err: error, items }, 'exposures of remote evaluations were lost');
  }

  function reject(code: string, message: string): void {
    onOutcome('rejected', 1);
    refusals.note(code, message);
  }

  async function send(batch: Waiting): Promise<void> {
    const sent = nextItems(batch);
    const body = bodyOf(sent, nowMs());
    const call = { requestId: randomUUID(), principal: batch.principal, deadlineMs: undefined };
    let answer: Pick<IngestResponse, 'rejected'>;
    try {
      answer = await withCall(call, () => options.call(Ingestion.method.ingest, { body, contentEncoding: '' }));
    } catch (error) {
      const stillFresh = batch.items.findIndex(({ atMs }) => nowMs() - atMs < exposureRetryMs);
      giveUp(batch, stillFresh === -1 ? batch.items.length : stillFresh, error);
      throw error;
    }
    batch.items.splice(0, sent.length);
    count -= sent.length;
    for (const { code, message } of answer.rejected) reject(code, message);
    onOutcome('recorded', sent.length - answer.rejected.length);
  }

  async function sendAll(): Promise<void> {
    for (const [keyId, batch] of waiting) {
      try {
        while (batch.items.length > 0) await send(batch);
        waiting.delete(keyId);
      } catch {
        // What is lost was told; the rest is tried again with the next flush.
      }
    }
  }

  /** One at a time: while event-service answers late, flushes don't pile up. */
  function flush(): Promise<void> {
    flushing ??= sendAll().finally(() => {
      flushing = undefined;
    });
    return flushing;
  }

  const recorder: ExposureRecorder = {
    record(principal, exposure, context, { by, settings }) {
      const unit = unitOf(context, exposure);
      // What is private reaches this memory only: it is sent to nobody.
      const names = privateNamesOf(context, noNames);
      if (unit === undefined || isPrivateUnit(exposure, context, names)) return true;
      if (unit.length > maxUnitLength) {
        reject('ITEM_INVALID', `A unit is longer than ${maxUnitLength} characters.`);
        return true;
      }
      const { flagKey: flag, variant, ruleId: rule, splitId: split, iterationId, holdout, coveredBy, contextKind } = exposure;
      const place = [principal.environmentId, flag, rule, split, iterationId, holdout, coveredBy];
      const identity = [...place, variant, contextKind, unit];
      const name = JSON.stringify(identity);
      if (isRepeated(name)) {
        onOutcome('repeated', 1);
        return true;
      }
      if (count >= maxWaitingExposures) {
        onOutcome('dropped', 1);
        return false;
      }
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
        ...(coveredBy.length > 0 && { coveredBy }),
        context: sentUnits(context, names, [contextKind, unit]),
        attributes: exposureAttributes(settings.exposureAttributes, context, names),
        ...(by === 'delivery' && { delivered: true }),
      };
      const batch = waiting.get(principal.id) ?? { principal, items: [] };
      waiting.set(principal.id, batch);
      const text = JSON.stringify(item);
      batch.items.push({ name, atMs: at, text, bytes: Buffer.byteLength(text) });
      queuedAtMs.set(name, at);
      count++;
      return true;
    },
    delivery(principal, { eventSettings: settings }, context) {
      if (settings.exposuresOn !== 'delivery') return undefined;
      return (exposure) => recorder.record(principal, exposure, context, { by: 'delivery', settings });
    },
    start() {
      timer = setInterval(() => void flush(), exposureFlushMs);
      timer.unref();
    },
    async stop() {
      clearInterval(timer);
      await flushing;
      await flush();
      for (const batch of waiting.values()) giveUp(batch, batch.items.length, 'the gateway stops');
    },
  };
  return recorder;
}
