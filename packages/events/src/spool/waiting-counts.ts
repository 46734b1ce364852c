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

  subtractAll(other: WaitingCounts): void {
    for (const [environmentId, items] of other.#counts) this.add(environmentId, -items);
  }
}
