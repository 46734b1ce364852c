import { remembering } from './bounded-memo.ts';

/**
 * The same text as the engine keeps it for names of properties. Two such strings are compared by address, while those that
 * JSON or concatenation make are compared character by character: several times the cost of the rest of a look-up.
 */
export const internalised = remembering((text: string): string => {
  // Without a prototype the object is a dictionary from the start; others would leave a hidden class for every text.
  const names = Object.create(null) as Record<string, true>;
  names[text] = true;
  return Object.keys(names)[0] ?? text;
});
