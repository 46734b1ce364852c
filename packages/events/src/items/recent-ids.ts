/**
 * Remembers ids that were stored lately, to tell senders how many of their items had been seen before. It decides nothing:
 * what is stored twice is counted once when it is read.
 */
export class RecentIds {
  readonly #capacity: number;
  #newer = new Map<string, Set<string>>();
  #older = new Map<string, Set<string>>();
  #count = 0;

  /** @param capacity - ids of all environments together that are remembered at least; at most twice as many are kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Remembers ids of an environment. @returns how many of them were known */
  add(environmentId: string, ids: readonly string[]): number {
    const newer = this.#newer.get(environmentId) ?? new Set<string>();
    this.#newer.set(environmentId, newer);
    const older = this.#older.get(environmentId);
    let known = 0;
    for (const id of ids) {
      if (newer.has(id) || older?.has(id) === true) known++;
      const before = newer.size;
      this.#count += newer.add(id).size - before;
    }
    if (this.#count >= this.#capacity) {
      this.#older = this.#newer;
      this.#newer = new Map();
      this.#count = 0;
    }
    return known;
  }
}
