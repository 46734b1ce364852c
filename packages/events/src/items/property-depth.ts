/** Whether parsed JSON has at most `levels` objects and lists inside each other; a text counts as none. */
export function isShallow(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (levels === 0) return false;
  for (const name in value) if (!isShallow((value as Readonly<Record<string, unknown>>)[name], levels - 1)) return false;
  return true;
}
