import type { Reference } from '../definitions/references.ts';
import { DraftMap } from './draft-map.ts';

function areEqual(one: readonly Reference[], other: readonly Reference[]): boolean {
  return one.length === other.length && one.every(({ kind, key }, i) => kind === other[i]?.kind && key === other[i]?.key);
}

/**
 * Who refers to what, in the making. What it begins as stays as it was, and a set that changes is copied once, however many
 * changes there are: all flags of an environment may refer to one segment.
 */
export class ReferrersDraft {
  private readonly all: DraftMap<string, ReadonlySet<string>>;
  private readonly copied = new Map<string, Set<string>>();

  constructor(base: ReadonlyMap<string, ReadonlySet<string>>) {
    this.all = new DraftMap(base);
  }

  get map(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.all.map;
  }

  /** Notes that `name` refers to other things than before. Where it refers to the same, nothing is copied. */
  change(name: string, before: readonly Reference[] = [], after: readonly Reference[] = []): void {
    if (areEqual(before, after)) return;
    for (const { kind, key } of before) this.remove(`${kind}:${key}`, name);
    for (const { kind, key } of after) this.writable(`${kind}:${key}`).add(name);
  }

  private remove(to: string, name: string): void {
    const names = this.writable(to);
    names.delete(name);
    if (names.size > 0) return;
    this.all.delete(to);
    this.copied.delete(to);
  }

  private writable(to: string): Set<string> {
    let names = this.copied.get(to);
    if (names === undefined) {
      names = new Set(this.all.get(to));
      this.copied.set(to, names);
      this.all.set(to, names);
    }
    return names;
  }
}
