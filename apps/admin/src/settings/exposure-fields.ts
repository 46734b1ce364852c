import type { SeenAttributes } from '../contexts/seen-attributes.ts';
import type { Suggestions } from '../parts/suggestions.ts';

const attribute = 'attributes.';

/** What exclusions may ask for: what exposures carry, with what was seen in contexts. */
export function exposureFields(exposureAttributes: readonly string[], seen: SeenAttributes): Suggestions {
  return {
    names: [
      'sdk',
      'sdkVersion',
      ...exposureAttributes.map((name) => `${attribute}${name}`),
      ...seen.kinds.map((kind) => `unit.${kind}`),
    ],
    values(name) {
      if (!name.startsWith(attribute)) return [];
      return [...new Set(seen.kinds.flatMap((kind) => seen.values(kind, name.slice(attribute.length))))];
    },
  };
}
