import { maxItemKinds, maxKindLength, maxUnitLength } from './context-limits.ts';
import type { ResolvedContext } from './context-handle.ts';
import { isPrivateKind, type PrivateNames } from './private-attributes.ts';

/**
 * The keys of a context by kind, as many as an item may carry. Kinds without a usable key, private ones, and those that the
 * server would not take are left out: it refuses an item as a whole.
 * @param decided - what stands for a kind instead of its key; it comes first
 */
export function sentUnits(
  context: ResolvedContext,
  names: PrivateNames,
  decided?: readonly [kind: string, unit: string],
): Readonly<Record<string, string>> {
  const units = new Map(decided === undefined ? [] : [decided]);
  for (const [kind, key] of context.kinds) {
    if (units.size === maxItemKinds) break;
    if (key === undefined || units.has(kind) || isPrivateKind(kind, context, names)) continue;
    if (key.length <= maxUnitLength && kind.length <= maxKindLength) units.set(kind, key);
  }
  return Object.fromEntries(units);
}
