import { compilePattern } from './matches.ts';

/**
 * A pattern of RE2's syntax as a test of texts, found anywhere in them, in time linear in the text: no pattern can be made to
 * take for ever.
 * @param maxSize - instructions that it may compile to, of which each costs time for each character
 * @returns undefined for what is no such pattern (looking around and back are none of RE2's), or is larger
 */
export function linearPattern(pattern: string, maxSize: number): ((text: string) => boolean) | undefined {
  const compiled = compilePattern(pattern, false);
  if (compiled === undefined || compiled.programSize() > maxSize) return undefined;
  return (text) => compiled.matcher(text).find();
}
