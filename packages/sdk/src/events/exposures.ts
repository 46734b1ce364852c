import {
  ContextHandle,
  exposureAttributes,
  isPrivateUnit,
  maxUnitLength,
  privateNamesOf,
  resolveContext,
  sentUnits,
  unitOf,
  type EvaluationContext,
  type ExposureSource,
  type ExposuresOn,
  type PrivateNames,
} from '@stitchd/core';
import type { EventQueue } from './event-queue.ts';
import type { ExposureMemory } from './exposure-memory.ts';

/** Where exposures go. */
export interface ExposureSink {
  readonly queue: EventQueue;
  readonly memory: ExposureMemory;
  readonly newId: (atMs: number) => string;
  readonly privateNames: PrivateNames;
  /** Attributes that the environment wants with exposures. */
  readonly exposureAttributes: () => readonly string[];
}

/** An exposure's part of the key by which repetitions are known; the unit goes behind it. Made once for each source. */
const prefixes = new WeakMap<ExposureSource, string>();

function prefixOf(exposure: ExposureSource): string {
  let prefix = prefixes.get(exposure);
  if (prefix === undefined) {
    const { flagKey, variant, ruleId, splitId, iterationId, holdout, coveredBy, contextKind, attribute } = exposure;
    prefix = JSON.stringify([flagKey, ruleId, splitId, iterationId, holdout, coveredBy, variant, contextKind, attribute]);
    prefixes.set(exposure, prefix);
  }
  return prefix;
}

/** When a unit was exposed, and by what. */
export interface ExposedWhen {
  readonly atMs: number;
  readonly by: ExposuresOn;
}

/**
 * Queues the exposure that an evaluation was, unless the same one was sent lately, be it by a read or a delivery. Answers false where it
 * should have been queued and could not be.
 */
export function recordExposure(
  exposure: ExposureSource,
  context: EvaluationContext | ContextHandle,
  when: ExposedWhen,
  into: ExposureSink,
): boolean {
  const unit =
    exposure.attribute === undefined && ContextHandle.is(context)
      ? context.kinds.get(exposure.contextKind)
      : unitOf(context, exposure);
  if (unit === undefined) return true;
  const key = prefixOf(exposure) + unit;
  if (!into.memory.isNew(key, when.atMs)) return true;
  // Dropped exposures that counted as sent would bias results: the unit would be missing for an hour.
  const isQueued = queueExposure(exposure, context, unit, when, into);
  if (!isQueued) into.memory.forget(key);
  return isQueued;
}

function queueExposure(
  exposure: ExposureSource,
  input: EvaluationContext | ContextHandle,
  unit: string,
  { atMs, by }: ExposedWhen,
  into: ExposureSink,
): boolean {
  const context = ContextHandle.is(input) ? input : resolveContext(input);
  const names = privateNamesOf(context, into.privateNames);
  const { flagKey: flag, variant, ruleId: rule, splitId: split, iterationId, holdout, coveredBy, contextKind } = exposure;
  if (isPrivateUnit(exposure, context, names)) {
    into.queue.drop('privateUnit', `the unit of flag ${flag} is a private attribute, so that its exposures can not be sent`);
    return true;
  }
  if (unit.length > maxUnitLength) {
    into.queue.drop('invalid', `a unit of flag ${flag} is longer than ${maxUnitLength} characters`);
    return true;
  }
  const attributes = exposureAttributes(into.exposureAttributes(), context, names);
  return into.queue.add({
    type: 'exposure',
    id: into.newId(atMs),
    at: atMs,
    flag,
    variant,
    ...(rule !== undefined && { rule }),
    ...(split !== undefined && { split }),
    ...(iterationId !== undefined && { iterationId }),
    ...(holdout !== undefined && { holdout }),
    ...(coveredBy.length > 0 && { coveredBy }),
    // A unit that is an attribute stands in for its kind's key: results are by what was bucketed.
    context: sentUnits(context, names, [contextKind, unit]),
    ...(Object.keys(attributes).length > 0 && { attributes }),
    ...(by === 'delivery' && { delivered: true }),
  });
}
