import { RE2JS } from 're2js';
import { match, noMatch, parsedValues, type PrepareMatcher, wrongType } from './matcher.ts';

/** Longest pattern, in UTF-16 units; a compiled one takes memory in proportion. */
export const maxPatternLength = 1_000;

/** Compiles a pattern of RE2's syntax, whose matching takes time linear in the text; `undefined` if it is not usable. */
export function compilePattern(pattern: string, ignoreCase: boolean): RE2JS | undefined {
  if (pattern.length > maxPatternLength) return undefined;
  try {
    return RE2JS.compile(pattern, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    // The library throws for what it can't compile; to us that is an answer.
    return undefined;
  }
}

/** `matches`: a pattern is found anywhere in the text. */
export const matches: PrepareMatcher = ({ values, ignoreCase }) => {
  const patterns = parsedValues(values, (value) => (typeof value === 'string' ? compilePattern(value, ignoreCase) : undefined));
  if (patterns === undefined) return undefined;
  return (value) => {
    if (typeof value !== 'string') return wrongType;
    for (const pattern of patterns) if (pattern.matcher(value).find()) return match;
    return noMatch;
  };
};
