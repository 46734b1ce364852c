import {
  ContextHandle,
  isPrivateKind,
  isPrivateUnit,
  privateNamesOf,
  resolveContext,
  unitOf,
  type EvaluationContext,
  type ExposureSource,
  type PrivateNames,
  type ResolvedContext,
} from '@stitchd/core';
import type { EventQueue } from './event-queue.ts';
import type { ExposureMemory } from './exposure-memory.ts';
import type { Units } from './item.ts';

/** Where exposures go. */
export interface ExposureSink {
  readonly queue: EventQueue;
  readonly memory: ExposureMemory;
  readonly newId: (atMs: number) => string;
  readonly privateNames: PrivateNames;
}

/** The keys of a context by kind; kinds without a usable key, and private ones, are left out. */
export function unitsOf(context: ResolvedContext, names: PrivateNames): Units {
  const units: Record<string, string> = {};
  for (const [kind, key] of context.kinds)
    if (key !== undefined && !isPrivateKind(kind, context, names)) defineOwn(units, kind, key);
  return units;
}

/** Whether an exposure says anything to an experiment or a holdout; everything else is not sent. */
export function isSent(exposure: ExposureSource): boolean {
  return exposure.iterationId !== undefined || exposure.holdout !== undefined;
}

/** An exposure's part of the key by which repetitions are known; the unit goes behind it. Made once for each source. */
const prefixes = new WeakMap<ExposureSource, string>();

function prefixOf(exposure: ExposureSource): string {
  let prefix = prefixes.get(exposure);
  if (prefix === undefined) {
    const { flagKey, variant, ruleId, splitId, iterationId, holdout, contextKind, attribute } = exposure;
    prefix = JSON.stringify([flagKey, ruleId, splitId, iterationId, holdout, variant, contextKind, attribute]);
    prefixes.set(exposure, prefix);
  }
  return prefix;
}

/** Queues the exposure that an evaluation was, unless the same one was sent lately. */
export function recordExposure(
  exposure: ExposureSource,
  context: EvaluationContext | ContextHandle,
  atMs: number,
  into: ExposureSink,
): void {
  if (!isSent(exposure)) return;
  const unit =
    exposure.attribute === undefined && ContextHandle.is(context)
      ? context.kinds.get(exposure.contextKind)
      : unitOf(context, exposure);
  if (unit === undefined) return;
  const key = prefixOf(exposure) + unit;
  if (!into.memory.isNew(key, atMs)) return;
  // Dropped exposures that counted as sent would bias results: the unit would be missing for an hour.
  if (!queueExposure(exposure, context, unit, atMs, into)) into.memory.forget(key);
}

function queueExposure(
  exposure: ExposureSource,
  input: EvaluationContext | ContextHandle,
  unit: string,
  atMs: number,
  into: ExposureSink,
): boolean {
  const context = ContextHandle.is(input) ? input : resolveContext(input);
  const names = privateNamesOf(context, into.privateNames);
  const { flagKey: flag, variant, ruleId: rule, splitId: split, iterationId, holdout, contextKind } = exposure;
  if (isPrivateUnit(exposure, context, names)) {
    into.queue.drop('privateUnit', `the unit of flag ${flag} is a private attribute, so that its exposures can not be sent`);
    return true;
  }
  const units: Record<string, string> = { ...unitsOf(context, names) };
  // A unit that is an attribute stands in for its kind's key: results are by what was bucketed.
  defineOwn(units, contextKind, unit);
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
    context: units,
  });
}

/** Sets a property whatever its name: assigning `__proto__` would change the prototype. */
function defineOwn(units: Record<string, string>, kind: string, key: string): void {
  Object.defineProperty(units, kind, { value: key, enumerable: true, configurable: true, writable: true });
}
