/** Longest key, in characters. */
export const maxKeyLength = 100;

const keyPattern = /^[a-z0-9][a-z0-9._-]*$/;

/** Whether text can name a resource: lower-case letters, digits and `-_.`, 1–100 characters, a letter or digit first. */
export function isKey(text: string): boolean {
  return text.length <= maxKeyLength && keyPattern.test(text);
}
