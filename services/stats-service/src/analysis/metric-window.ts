import type { MetricDefinition } from '@stitchd/core';

/** Hours from a unit's first exposure until nothing changes its value any more; null: never. */
export function windowHoursOf(definition: MetricDefinition): number | null {
  if (definition.type === 'retention') return definition.toDays * 24;
  return definition.windowHours === 0 ? null : definition.delayHours + definition.windowHours;
}
