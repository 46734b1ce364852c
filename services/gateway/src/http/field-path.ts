/** `rules[0].when.all[1].op`: how problems name a field. */
export function fieldPath(parts: readonly PropertyKey[]): string {
  return parts.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}

/** The same of a path that a service wrote as a JSON pointer, such as `/rules/0/when`; others stay as they are. */
export function readableFieldPath(path: string): string {
  if (!path.startsWith('/')) return path;
  const parts = path
    .slice(1)
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return fieldPath(parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)));
}
