import { attributeReader } from '../context/attribute-reader.ts';
import type { ResolvedContext } from '../context/context-handle.ts';
import { isPrivateAttribute, type PrivateNames } from '../context/private-attributes.ts';

/** UTF-16 units of a value that an exposure carries; a longer one is left out. */
export const maxExposureAttributeLength = 256;

/** Keys are the units of an exposure, and never an attribute of it. */
const keys = new Set(['key', '/key', 'targetingKey', '/targetingKey']);

/**
 * What an exposure says of its context: of each named attribute the value as text, that of the first kind that has it, the
 * main kind first. Left out is what is private or absent, lists, objects, and values that are too long.
 * @param names - names of attributes, or paths such as `/address/country`
 */
export function exposureAttributes(
  names: readonly string[],
  context: ResolvedContext,
  privateNames: PrivateNames,
): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const name of names) {
    const value = keys.has(name) ? undefined : valueOf(name, context, privateNames);
    if (value !== undefined && value.length <= maxExposureAttributeLength) found.push([name, value]);
  }
  return Object.fromEntries(found);
}

function valueOf(name: string, context: ResolvedContext, privateNames: PrivateNames): string | undefined {
  for (const contextKind of context.kinds.keys()) {
    if (isPrivateAttribute({ contextKind, attribute: name }, context, privateNames)) continue;
    const value = attributeReader(contextKind, name)(context);
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))) return String(value);
  }
  return undefined;
}
