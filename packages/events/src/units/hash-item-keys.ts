import { maxUnitLength } from '@stitchd/core';
import type { KeyHasher } from './key-hasher.ts';

type JsonObject = Record<string, unknown>;

/**
 * Replaces the keys of hashed kinds in items as they came, before anybody else looks at them: what is refused, shown or put
 * aside does not hold them either. What is no key of the right length is taken out; the item is then refused like any other
 * that is wrong there.
 *
 * @param items - just parsed, of nobody else: they are changed
 */
export function hashItemKeys(items: readonly unknown[], hasher: KeyHasher): void {
  for (const item of items) if (isObject(item)) hashContext(item['context'], hasher);
}

function hashContext(context: unknown, hasher: KeyHasher): void {
  if (!isObject(context)) return;
  for (const kind of Object.keys(context)) if (hasher.hashes(kind)) context[kind] = hashed(kind, context[kind], hasher);
}

function hashed(kind: string, key: unknown, hasher: KeyHasher): string | null {
  if (typeof key !== 'string') return null;
  return key === '' || key.length > maxUnitLength ? '' : hasher.keyOf(kind, key);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
