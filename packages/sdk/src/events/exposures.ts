import { ContextHandle, resolveContext, unitOf, type EvaluationContext, type ExposureSource } from '@stitchd/core';
import type { EventQueue } from './event-queue.ts';
import type { ExposureMemory } from './exposure-memory.ts';
import type { Units } from './item.ts';

/** The keys of a context by kind; kinds without a usable key are left out. */
export function unitsOf(context: EvaluationContext | ContextHandle): Units {
  const kinds = context instanceof ContextHandle ? context.kinds : resolveContext(context).kinds;
  return Object.fromEntries([...kinds].filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Queues the exposure that an evaluation was, unless the same one was sent lately. */
export function recordExposure(
  exposure: ExposureSource,
  context: EvaluationContext | ContextHandle,
  atMs: number,
  into: { readonly queue: EventQueue; readonly memory: ExposureMemory; readonly newId: (atMs: number) => string },
): void {
  if (exposure.iterationId === undefined && exposure.holdout === undefined) return;
  const unit = unitOf(context, exposure);
  if (unit === undefined) return;
  const { flagKey: flag, variant, ruleId: rule, splitId: split, iterationId, holdout } = exposure;
  const key = JSON.stringify([flag, rule, split, iterationId, holdout, variant, exposure.contextKind, unit]);
  if (!into.memory.isNew(key, atMs)) return;
  const queued = into.queue.add({
    type: 'exposure',
    id: into.newId(atMs),
    at: atMs,
    flag,
    variant,
    ...(rule !== undefined && { rule }),
    ...(split !== undefined && { split }),
    ...(iterationId !== undefined && { iterationId }),
    ...(holdout !== undefined && { holdout }),
    // A unit that is an attribute stands in for its kind's key: results are by what was bucketed.
    context: { ...unitsOf(context), [exposure.contextKind]: unit },
  });
  // Dropped exposures that counted as sent would bias results: the unit would be missing for an hour.
  if (!queued) into.memory.forget(key);
}
