import type { ContextValues } from '@stitchd/core';
import type { Memory } from '../platform/memory.ts';
import { webLimits } from '../web-limits.ts';
import { readValues } from './held-values.ts';

/** The last values, for an instant start and for one without a network. */
export interface CachedValues {
  /** Those of this context and key; undefined where there are none, or they are of another. */
  readonly load: (print: string) => ContextValues | undefined;
  readonly save: (print: string, values: ContextValues) => void;
}

/** @param scope - of the client key: a name under which one key's values are found and no other's */
export function createCachedValues(memory: Memory, scope: string): CachedValues {
  const name = `stitchd_values_${scope}`;
  return {
    load(print) {
      try {
        const kept = JSON.parse(memory.get(name) ?? 'null') as { readonly print?: unknown; readonly values?: unknown } | null;
        return kept !== null && kept.print === print && print !== '' ? readValues(kept.values) : undefined;
      } catch {
        return undefined;
      }
    },
    save(print, values) {
      const text = JSON.stringify({ print, values });
      // What is too large, or does not fit any more, must not leave older values behind.
      if (print === '' || text.length > webLimits.maxCachedCharacters || !memory.set(name, text)) memory.remove(name);
    },
  };
}
