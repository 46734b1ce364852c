/** The keys in a pasted text: one a line, or between commas or semicolons, with or without quotes; each once. */
export function listKeys(text: string): readonly string[] {
  const keys = text
    .split(/[\n\r,;\t]+/)
    .map((part) => part.trim().replace(/^"(.*)"$/, '$1'))
    .filter((key) => key !== '');
  return [...new Set(keys)];
}
