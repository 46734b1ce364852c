/**
 * Lower-cases text the same way everywhere: Unicode's full lower-casing without a locale, and final sigma as sigma, so
 * that a word and the beginning of a longer word still compare.
 */
export function foldCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.includes('ς') ? lower.replaceAll('ς', 'σ') : lower;
}
