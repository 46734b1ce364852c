import type { JsonValue } from '../../definitions/json-value.ts';
import { foldCase } from './case-folding.ts';
import { match, noMatch, type PrepareMatcher, wrongType } from './matcher.ts';

function comparable(values: readonly JsonValue[], ignoreCase: boolean): readonly unknown[] | undefined {
  if (values.some((value) => typeof value === 'object')) return undefined;
  return ignoreCase ? values.map((value) => (typeof value === 'string' ? foldCase(value) : value)) : values;
}

/** NaN equals nothing, though `Set` and `includes` find it. */
function folded(element: unknown, ignoreCase: boolean): unknown {
  return ignoreCase && typeof element === 'string' ? foldCase(element) : element;
}

/** `containsAny`: the list has one of the values. */
export const containsAny: PrepareMatcher = ({ values, ignoreCase }) => {
  const wanted = comparable(values, ignoreCase);
  if (wanted === undefined) return undefined;
  const set = new Set(wanted);
  return (list) => {
    if (!Array.isArray(list)) return wrongType;
    for (const element of list) if (set.has(folded(element, ignoreCase))) return match;
    return noMatch;
  };
};

/** `containsAll`: the list has every one of the values; holds for any list where there are none. */
export const containsAll: PrepareMatcher = ({ values, ignoreCase }) => {
  const wanted = comparable(values, ignoreCase);
  if (wanted === undefined) return undefined;
  const [only] = wanted;
  if (wanted.length === 1) {
    return (list) => {
      if (!Array.isArray(list)) return wrongType;
      for (const element of list) if (folded(element, ignoreCase) === only) return match;
      return noMatch;
    };
  }
  const set = new Set(wanted);
  return (list) => {
    if (!Array.isArray(list)) return wrongType;
    // In one pass, however long both are.
    const found = new Set<unknown>();
    for (const element of list) {
      const one = folded(element, ignoreCase);
      if (set.has(one)) found.add(one);
    }
    return found.size === set.size ? match : noMatch;
  };
};
