import type { JsonObject } from './checked-item.ts';
import { itemLimits } from './item-limits.ts';

/**
 * What is wrong with the size of an event's properties, as a sentence; undefined: nothing. How long a value may be is bounded
 * by the item that it lies in.
 */
export function propertiesProblem(properties: JsonObject): string | undefined {
  return levelProblem(properties, { levels: itemLimits.propertyDepth, count: 0 });
}

interface Walk {
  /** Levels that may still follow, this one included. */
  levels: number;
  /** Fields and list members that were met. */
  count: number;
}

function levelProblem(level: object, walk: Walk): string | undefined {
  if (walk.levels-- === 0) return tooDeep;
  const isList = Array.isArray(level);
  for (const name in level) {
    if (++walk.count > itemLimits.properties) return tooMany;
    if (!isList && name.length > itemLimits.propertyNameCharacters) return tooLongName;
    const value = (level as JsonObject)[name];
    if (typeof value !== 'object' || value === null) continue;
    const problem = levelProblem(value, walk);
    if (problem !== undefined) return problem;
  }
  walk.levels++;
  return undefined;
}

const tooDeep = `properties are nested more than ${itemLimits.propertyDepth} levels deep.`;
const tooMany = `properties hold more than ${itemLimits.properties} fields and list members.`;
const tooLongName = `The name of a property is longer than ${itemLimits.propertyNameCharacters} characters.`;
