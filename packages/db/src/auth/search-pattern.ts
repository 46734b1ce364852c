/** A LIKE pattern that finds `text` anywhere, taken literally. */
export function searchPattern(text: string): string {
  return `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
}
