import type { Totals } from './study.ts';

/** Counts and sums by name. */
export class Tally {
  readonly #sums = new Map<string, number>();

  add(name: string, value = 1): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + value);
  }

  addIf(name: string, holds: boolean): void {
    this.add(name, holds ? 1 : 0);
  }

  /** A sum with that of its squares, for `meanFigure`. */
  addValue(name: string, value: number): void {
    this.add(name, value);
    this.add(`${name}²`, value * value);
  }

  totals(): Totals {
    return Object.fromEntries(this.#sums);
  }
}

/** A total by its name. @throws Error where nothing was added under it */
export function totalOf(totals: Totals, name: string): number {
  const total = totals[name];
  if (total === undefined) throw new Error(`no total is called ${name}`);
  return total;
}

/** Totals whose names begin so aren't added up over runs: the largest stays. */
export const largestPrefix = 'largest ';

/** The totals of several runs together. */
export function addTotals(runs: readonly Totals[]): Totals {
  const sums = new Map<string, number>();
  for (const [name, value] of runs.flatMap((run) => Object.entries(run))) {
    const before = sums.get(name) ?? 0;
    sums.set(name, name.startsWith(largestPrefix) ? Math.max(before, value) : before + value);
  }
  return Object.fromEntries(sums);
}
