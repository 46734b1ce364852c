import { rowsOf, type EncodedItems } from '../items/encoded-items.ts';

/** Items by environment: of one segment, or of a whole spool. */
export class WaitingCounts {
  readonly #counts = new Map<string, number>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  of(environmentId: string): number {
    return this.#counts.get(environmentId) ?? 0;
  }

  add(environmentId: string, items: number): void {
    const count = this.of(environmentId) + items;
    if (count > 0) this.#counts.set(environmentId, count);
    else this.#counts.delete(environmentId);
    this.#total += items;
  }

  addAll(other: WaitingCounts): void {
    for (const [environmentId, items] of other.#counts) this.add(environmentId, items);
  }

  subtractAll(other: WaitingCounts): void {
    for (const [environmentId, items] of other.#counts) this.add(environmentId, -items);
  }

  /** What is here and not in the other, by environment. */
  without(other: WaitingCounts): WaitingCounts {
    const rest = new WaitingCounts();
    for (const [environmentId, items] of this.#counts) {
      const missing = items - other.of(environmentId);
      if (missing > 0) rest.add(environmentId, missing);
    }
    return rest;
  }

  byEnvironment(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** The items of some batches. */
export function waitingIn(batches: readonly EncodedItems[]): WaitingCounts {
  const counts = new WaitingCounts();
  for (const batch of batches) counts.add(batch.environmentId, rowsOf(batch));
  return counts;
}
