import { maxRememberedLength, maxRememberedTexts } from './context-limits.ts';

/**
 * A function of text that remembers its answers. Definitions name the same few kinds, attributes and units over and over.
 * Bounded, so that definitions that change for months take no more and more memory.
 */
export function remembering<Answer>(work: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    let answer = known.get(text);
    if (answer === undefined) {
      answer = work(text);
      if (known.size >= maxRememberedTexts) known.clear();
      if (text.length <= maxRememberedLength) known.set(text, answer);
    }
    return answer;
  };
}
