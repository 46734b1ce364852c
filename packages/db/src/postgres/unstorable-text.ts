/** PostgreSQL's texts hold no NUL, and its JSON no half of a surrogate pair. */
const unstorable = /[\0\p{Surrogate}]/u;

/** Whether PostgreSQL can hold a text as it is. */
export function isStorableText(text: string): boolean {
  return !unstorable.test(text);
}

/**
 * The first text, or name of a member, that PostgreSQL can't hold.
 * @param value - JSON; nested no deeper than a parser of ours lets through
 * @returns its place as a JSON pointer (RFC 6901); undefined where all can be stored
 */
export function findUnstorableText(value: unknown, path = ''): string | undefined {
  if (typeof value === 'string') return isStorableText(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Object.entries(value)) {
    if (!isStorableText(name)) return path;
    const found = findUnstorableText(member, `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    if (found !== undefined) return found;
  }
  return undefined;
}
