/** A flag's value as people read it: texts with their quotes, so that "5" and 5 look different. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value) ?? 'null';
}
