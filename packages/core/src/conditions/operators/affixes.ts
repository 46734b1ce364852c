import { foldCase } from './case-folding.ts';
import { match, noMatch, type PrepareMatcher, textValues, wrongType } from './matcher.ts';

/** Builds a matcher of text that holds if any of the values relates to it. */
function affixMatcher(relates: (text: string, value: string) => boolean): PrepareMatcher {
  return ({ values, ignoreCase }) => {
    const texts = textValues(values);
    if (texts === undefined) return undefined;
    const wanted = ignoreCase ? texts.map(foldCase) : texts;
    const [only] = wanted;
    if (only !== undefined && wanted.length === 1 && !ignoreCase) {
      return (value) => (typeof value !== 'string' ? wrongType : relates(value, only) ? match : noMatch);
    }
    return (value) => {
      if (typeof value !== 'string') return wrongType;
      const text = ignoreCase ? foldCase(value) : value;
      for (const one of wanted) if (relates(text, one)) return match;
      return noMatch;
    };
  };
}

/** `contains`: a value is somewhere in the text. */
export const contains = affixMatcher((text, value) => text.includes(value));

/** `startsWith`: the text begins with a value. */
export const startsWith = affixMatcher((text, value) => text.startsWith(value));

/** `endsWith`: the text ends with a value. */
export const endsWith = affixMatcher((text, value) => text.endsWith(value));
