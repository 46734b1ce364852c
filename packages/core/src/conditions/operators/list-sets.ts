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
  return (list: unknown) => {
    if (!Array.isArray(list)) return wrongType;
    const elements: readonly unknown[] = list;
    return wanted.every((one) => elements.some((element) => folded(element, ignoreCase) === one)) ? match : noMatch;
  };
};
