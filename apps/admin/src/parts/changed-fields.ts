export interface ChangedField {
  /** Where in the thing, such as `document.rules[0].name`. */
  readonly path: string;
  /** undefined: was not there. */
  readonly before: unknown;
  /** undefined: is not there any more. */
  readonly after: unknown;
}

/** What every write changes, and nobody asks about. */
const bookkeeping: ReadonlySet<string> = new Set(['version', 'updatedAt', 'updated_at']);

/** The smallest parts in which two states of a thing differ. */
export function changedFields(before: unknown, after: unknown, path = ''): readonly ChangedField[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return before.flatMap((item, index) => changedFields(item, after[index], `${path}[${index}]`));
  if (!isRecord(before) || !isRecord(after)) return sameJson(before, after) ? [] : [{ path, before, after }];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((name) => !bookkeeping.has(name));
  return names.flatMap((name) => changedFields(before[name], after[name], path === '' ? name : `${path}.${name}`));
}

/** The same, of the fields that both states have: where two sources describe a thing with different completeness. */
export function changedSharedFields(before: unknown, after: unknown): readonly ChangedField[] {
  if (!isRecord(before) || !isRecord(after)) return [];
  const shared = Object.keys(before).filter((name) => name in after);
  const pick = (from: Readonly<Record<string, unknown>>) => Object.fromEntries(shared.map((name) => [name, from[name]]));
  return changedFields(pick(before), pick(after));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sameJson(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
