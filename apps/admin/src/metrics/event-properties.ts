import type { Schemas } from '@stitchd/rest-client';
import type { Suggestions } from '../parts/suggestions.ts';
import { textOf } from './filter-rows.ts';

type Property = Schemas['EventProperties']['items'][number];

export interface EventProperties extends Suggestions {
  /** Names of those that are numbers. */
  readonly numbers: readonly string[];
}

export function eventProperties(items: readonly Property[]): EventProperties {
  return {
    names: items.map(({ property }) => property),
    numbers: items.filter(({ types }) => types.includes('number')).map(({ property }) => property),
    values: (name) => items.find(({ property }) => property === name)?.values.map(textOf) ?? [],
  };
}
