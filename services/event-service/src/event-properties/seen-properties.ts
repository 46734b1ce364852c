import { observationLimits, type AttributeType } from '@stitchd/core';
import { pathBelow, type EventProperty } from './event-property.ts';

/** An event that was looked at. */
export interface SampledEvent {
  /** Tells units apart, and no more. */
  readonly unit: string;
  /** A JSON object. */
  readonly properties: string;
}

interface Seen {
  events: number;
  readonly types: Set<AttributeType>;
  /** The units that had a value; undefined: there are too many values, or too long ones. */
  units: Map<string | boolean, Set<string>> | undefined;
}

/**
 * What events had, the most frequent first.
 *
 * @param withValues - whether values are told: texts and truth values under the same limits as those of contexts, so that what
 * is somebody's own never is
 */
export function seenProperties(events: readonly SampledEvent[], withValues: boolean): readonly EventProperty[] {
  const seen = new Map<string, Seen>();
  for (const { unit, properties } of events) lookInto(JSON.parse(properties), unit, seen);
  return [...seen]
    .toSorted(([one, { events: ofOne }], [other, { events: ofOther }]) => ofOther - ofOne || (one < other ? -1 : 1))
    .map(([path, { types, units }]) => ({ path, types, values: withValues ? sharedValues(units) : [] }));
}

function lookInto(value: unknown, unit: string, seen: Map<string, Seen>, path?: string): void {
  const type = typeOf(value);
  if (type === undefined) return;
  if (type === 'object') {
    for (const [name, inside] of Object.entries(value as object))
      if (name !== '') lookInto(inside, unit, seen, pathBelow(path, name));
    return;
  }
  if (path === undefined) return;
  let entry = seen.get(path);
  if (entry === undefined) seen.set(path, (entry = { events: 0, types: new Set(), units: new Map() }));
  entry.events++;
  entry.types.add(type);
  if (typeof value === 'string' || typeof value === 'boolean') noteValue(entry, value, unit);
}

function noteValue(entry: Seen, value: string | boolean, unit: string): void {
  if (entry.units === undefined) return;
  const units = entry.units.get(value) ?? new Set();
  entry.units.set(value, units.add(unit));
  const isLong = typeof value === 'string' && value.length > observationLimits.valueLength;
  if (isLong || entry.units.size > observationLimits.valuesPerAttribute) entry.units = undefined;
}

function sharedValues(units: Seen['units']): EventProperty['values'] {
  return [...(units ?? [])]
    .filter(([, { size }]) => size >= observationLimits.unitsPerValue)
    .toSorted(([, one], [, other]) => other.size - one.size)
    .map(([value]) => value);
}

function typeOf(value: unknown): AttributeType | undefined {
  if (value === null) return undefined;
  if (Array.isArray(value)) return 'list';
  const type = typeof value;
  return type === 'string' || type === 'number' || type === 'boolean' || type === 'object' ? type : undefined;
}
