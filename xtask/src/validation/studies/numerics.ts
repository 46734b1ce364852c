import {
  chiSquareQuantile,
  chiSquareSurvival,
  combineCrossMoments,
  crossMomentsOf,
  normalQuantile,
  normalSurvival,
  removeCrossMoments,
  studentTQuantile,
  studentTSurvival,
  type CrossMoments,
} from '@stitchd/statistics';
import type { Cell, Figure, Totals } from '../study.ts';
import { largestPrefix } from '../tally.ts';

/** Digits. */
export const numerics = {
  key: 'numerics',
  title: 'Digits',
  explanation:
    'Quantiles of random tails between 10⁻²⁰⁰ and ½ are put back into their distributions, and moments of values near a billion are put together from parts and taken apart again. The largest relative error of the run is shown; the reference points to 40 digits are part of the tests.',
  cells: [inverses(), parts()],
};

function largestErrors(names: readonly string[], bound: number): Cell['judge'] {
  return (totals) =>
    names.flatMap((name): readonly Figure[] => {
      const value = totals[`${largestPrefix}${name}`];
      return value === undefined ? [] : [{ name, value, shownAs: 'number', band: { high: bound }, standardError: 0 }];
    });
}

/** The largest relative error by name. */
class Largest {
  readonly #largest = new Map<string, number>();

  /** @param scale what the error is relative to, where it isn't the expected value itself */
  see(name: string, actual: number, expected: number, scale = expected): void {
    const error = Math.abs((actual - expected) / scale);
    this.#largest.set(name, Math.max(this.#largest.get(name) ?? 0, Number.isNaN(error) ? Infinity : error));
  }

  totals(): Totals {
    return Object.fromEntries([...this.#largest].map(([name, value]) => [`${largestPrefix}${name}`, value]));
  }
}

function inverses(): Cell {
  const names = ['normal', "Student's t", 'chi-square'];
  return {
    name: 'distributions and their quantiles',
    replications: { fast: 200, full: 20_000 },
    judge: largestErrors(names, 1e-11),
    simulate: (random, replications) => {
      const largest = new Largest();
      for (let index = 0; index < replications; index += 1) {
        const tail = 0.5 * 10 ** (-200 * random.uniform());
        const degrees = 10 ** (4 * random.uniform());
        largest.see('normal', normalSurvival(-normalQuantile(tail)), tail);
        if (tail < 1e-50) continue;
        largest.see("Student's t", studentTSurvival(-studentTQuantile(tail, degrees), degrees), tail);
        const middle = 0.001 + 0.998 * random.uniform();
        largest.see('chi-square', chiSquareSurvival(chiSquareQuantile(middle, degrees), degrees), 1 - middle);
      }
      return largest.totals();
    },
  };
}

function parts(): Cell {
  const names = ['together', 'taken apart'];
  return {
    name: 'moments of values near 10⁹',
    replications: { fast: 50, full: 2000 },
    judge: largestErrors(names, 1e-9),
    simulate: (random, replications) => {
      const largest = new Largest();
      for (let index = 0; index < replications; index += 1) {
        const offset = 1e9 + random.below(1000);
        const rows = Array.from({ length: 60 }, () => [random.below(100), random.below(100)]);
        const moved = rows.map((row) => row.map((value) => value + offset));
        const expected = crossMomentsOf(rows);
        const [first, second] = [crossMomentsOf(moved.slice(0, 20)), crossMomentsOf(moved.slice(20))];
        const whole = combineCrossMoments(first, second);
        largest.see('together', trace(whole), trace(expected));
        // What remains is as exact as the whole was: a small rest of a large whole has fewer digits of its own.
        const rest = removeCrossMoments(whole, first);
        largest.see('taken apart', trace(rest), trace(crossMomentsOf(rows.slice(20))), trace(expected));
      }
      return largest.totals();
    },
  };
}

function trace({ products }: CrossMoments): number {
  return products.reduce((sum, row, index) => sum + (row[index] ?? Number.NaN), 0);
}
