import type { Reference } from '../definitions/references.ts';
import type { DraftMap } from './draft-map.ts';

function areEqual(one: readonly Reference[], other: readonly Reference[]): boolean {
  return one.length === other.length && one.every(({ kind, key }, i) => kind === other[i]?.kind && key === other[i]?.key);
}

/** Notes that `name` refers to other things than before. Where it refers to the same, nothing is copied. */
export function changeReferrers(
  referrers: DraftMap<string, readonly string[]>,
  name: string,
  before: readonly Reference[] = [],
  after: readonly Reference[] = [],
): void {
  if (areEqual(before, after)) return;
  for (const { kind, key } of before) {
    const to = `${kind}:${key}`;
    const others = (referrers.get(to) ?? []).filter((one) => one !== name);
    if (others.length === 0) referrers.delete(to);
    else referrers.set(to, others);
  }
  for (const { kind, key } of after) {
    const to = `${kind}:${key}`;
    referrers.set(to, [...(referrers.get(to) ?? []), name]);
  }
}
