/**
 * The same text as the engine keeps it for names of properties. Two such strings are compared by address, while those that
 * JSON or concatenation make are compared character by character: several times the cost of the rest of a look-up.
 */
export function internalised(text: string): string {
  return Object.keys({ [text]: true })[0] ?? text;
}
