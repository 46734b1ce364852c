/** Answers kept at most; then all are forgotten, so that definitions that change for months take no more and more memory. */
const maxKept = 4_096;

/** Longer texts are worked out anew each time. */
const maxKeptLength = 128;

/** A function of text that remembers its answers. Definitions name the same few kinds, attributes and units over and over. */
export function remembering<Answer>(work: (text: string) => Answer): (text: string) => Answer {
  const known = new Map<string, Answer>();
  return (text) => {
    let answer = known.get(text);
    if (answer === undefined) {
      answer = work(text);
      if (known.size >= maxKept) known.clear();
      if (text.length <= maxKeptLength) known.set(text, answer);
    }
    return answer;
  };
}
