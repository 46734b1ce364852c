import { internalised } from '../../context/internalised.ts';
import type { JsonValue } from '../../definitions/json-value.ts';
import { foldCase } from './case-folding.ts';
import { sharedTexts } from '../shared-texts.ts';
import { match, type Matcher, noMatch, type PrepareMatcher, wrongType } from './matcher.ts';

type Scalar = string | number | boolean;

function isScalar(value: JsonValue): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** The frequent case of one or several texts, without looking at other types. */
function amongTexts(texts: readonly string[]): Matcher {
  if (texts.length === 1) {
    const only = internalised(texts[0] ?? '');
    return (value) => (typeof value !== 'string' ? wrongType : value === only ? match : noMatch);
  }
  const set = sharedTexts(texts);
  return (value) => (typeof value !== 'string' ? wrongType : set.has(value) ? match : noMatch);
}

function amongFoldedTexts(texts: readonly string[]): Matcher {
  const set = new Set(texts.map(foldCase));
  return (value) => (typeof value !== 'string' ? wrongType : set.has(foldCase(value)) ? match : noMatch);
}

/** `equals` and `in`: any of the values, of the same type; 1 equals 1.0, NaN equals nothing. */
export const equals: PrepareMatcher = ({ values, ignoreCase }) => {
  if (!values.every(isScalar)) return undefined;
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length === values.length) return ignoreCase ? amongFoldedTexts(texts) : amongTexts(texts);
  const types = new Set<string>(values.map((value) => typeof value));
  // JSON has no NaN, so that the set can't hold one, and -0 and 0 are the same to it.
  const set = new Set<unknown>(
    ignoreCase ? values.map((value) => (typeof value === 'string' ? foldCase(value) : value)) : values,
  );
  return (value) => {
    if (!types.has(typeof value)) return wrongType;
    return set.has(ignoreCase && typeof value === 'string' ? foldCase(value) : value) ? match : noMatch;
  };
};
