import { ContextHandle, isKey, privateNamesOf, resolveContext, sentUnits, type EvaluationContext } from '@stitchd/core';
import { isTime } from '../evaluation/read-options.ts';
import { errorText } from '../guarded-call.ts';
import type { EventChecks } from './event-checks.ts';
import type { ExposureSink } from './exposures.ts';

export interface TrackOptions {
  /** The event's value, for events that are defined with one: a finite number, or true or false. */
  readonly value?: number | boolean;
  /** Small facts that are kept with the event: an object of JSON values. All of it is sent. */
  readonly properties?: Readonly<Record<string, unknown>>;
  /** When it happened, in epoch milliseconds; now where left out. */
  readonly at?: number;
}

export interface Tracker extends Omit<ExposureSink, 'memory' | 'exposureAttributes'> {
  readonly nowMs: () => number;
  readonly checks: EventChecks;
}

/** Queues an event. What can not be one is counted and told; never throws. Answers whether it was queued. */
export function track(
  eventKey: string,
  context: EvaluationContext | ContextHandle,
  options: TrackOptions | undefined,
  into: Tracker,
): boolean {
  try {
    const { value, properties, at = into.nowMs() } = options ?? {};
    const problem = problemOf(eventKey, value, properties, at);
    if (problem !== undefined) return refuse(into, problem);
    const resolved = ContextHandle.is(context) ? context : resolveContext(context);
    const units = sentUnits(resolved, privateNamesOf(resolved, into.privateNames));
    if (Object.keys(units).length === 0) return refuseSubject(eventKey, [...resolved.kinds.values()], into);
    if (!into.checks.check(eventKey, value, units)) return false;
    return into.queue.add({
      type: 'event',
      id: into.newId(at),
      at,
      key: eventKey,
      context: units,
      ...(value !== undefined && { value }),
      ...(properties !== undefined && { properties }),
    });
  } catch (error) {
    return refuse(into, `an event could not be read: ${errorText(error)}`);
  }
}

function problemOf(eventKey: unknown, value: unknown, properties: unknown, at: unknown): string | undefined {
  if (typeof eventKey !== 'string' || !isKey(eventKey)) return 'an event was tracked without the key of an event';
  if (value !== undefined && typeof value !== 'boolean' && !Number.isFinite(value))
    return `the value of event ${eventKey} is no finite number`;
  if (properties !== undefined && (typeof properties !== 'object' || properties === null || Array.isArray(properties)))
    return `the properties of event ${eventKey} are no object`;
  if (!isTime(at)) return `the time of event ${eventKey} is no time in whole milliseconds since 1970`;
  return undefined;
}

/** An event about nobody can't be counted for anybody. */
function refuseSubject(eventKey: string, keys: readonly unknown[], into: Tracker): boolean {
  if (keys.some((key) => key !== undefined)) {
    into.queue.drop('privateUnit', `event ${eventKey} was tracked for a context whose keys are all private`);
    return false;
  }
  return refuse(into, `event ${eventKey} was tracked for a context without a key`);
}

function refuse(into: Tracker, problem: string): false {
  into.queue.drop('invalid', problem);
  return false;
}
