import { estimateOf, type Estimate, type EstimateOutcome, type EstimateRefusal } from '../estimate/estimate.ts';
import type { Statistic } from '../estimate/statistic.ts';
import { crossMomentsOf, type CrossMoments } from '../moments/cross-moments.ts';
import { combinePeriods } from '../periods/combine-periods.ts';
import type { SeededRandom } from '../random/seeded-random.ts';
import type { UnitPeriod } from './randomisation-test.ts';

type PairOutcome =
  | { readonly kind: 'ok'; readonly control: Estimate; readonly treatment: Estimate }
  | { readonly kind: 'not-computable'; readonly reason: EstimateRefusal };

interface ShuffledPeriod {
  /** Centred at the period's means, so that sums of products are safe. The first `controlUnits` rows are the control arm. */
  readonly rows: (readonly number[])[];
  readonly controlUnits: number;
  readonly whole: CrossMoments;
}

/** Units whose labels are shuffled in place, again and again. */
export class PermutedPeriods {
  readonly #periods: readonly ShuffledPeriod[];

  constructor(periods: readonly UnitPeriod[]) {
    this.#periods = periods
      .filter(({ control, treatment }) => control.length > 0 && treatment.length > 0)
      .map(({ control, treatment }) => {
        const rows = [...control, ...treatment];
        const whole = crossMomentsOf(rows);
        const centred = rows.map((row) => row.map((value, column) => value - (whole.means[column] ?? Number.NaN)));
        return { rows: centred, controlUnits: control.length, whole };
      });
  }

  /** Draws who is in the control arm, period by period. */
  shuffle(random: SeededRandom): void {
    for (const { rows, controlUnits } of this.#periods) {
      for (let index = 0; index < controlUnits; index += 1) {
        const other = index + random.below(rows.length - index);
        const [here, there] = [rows[index], rows[other]];
        if (here === undefined || there === undefined) continue;
        rows[index] = there;
        rows[other] = here;
      }
    }
  }

  /** Both arms as they are labelled now. */
  estimates({ value, gradient }: Statistic): PairOutcome {
    // Without its denominator's guard: shuffling needs no delta method, and leaving shuffles out would bend their distribution.
    const statistic = { value, gradient };
    const periods: { control: Estimate; treatment: Estimate }[] = [];
    for (const { rows, controlUnits, whole } of this.#periods) {
      const control = estimateOf(momentsAround(rows, 0, controlUnits, whole.means), statistic);
      const treatment: EstimateOutcome = estimateOf(momentsAround(rows, controlUnits, rows.length, whole.means), statistic);
      if (control.kind !== 'ok') return control;
      if (treatment.kind !== 'ok') return treatment;
      periods.push({ control: control.estimate, treatment: treatment.estimate });
    }
    if (periods.length === 0) return { kind: 'not-computable', reason: 'too-few-units' };
    return { kind: 'ok', ...combinePeriods(periods) };
  }
}

/** The moments of centred rows from…to − 1, their means put back. */
function momentsAround(rows: readonly (readonly number[])[], from: number, to: number, centre: readonly number[]): CrossMoments {
  const n = to - from;
  const width = centre.length;
  const sums = new Float64Array(width);
  const squares = new Float64Array(width * width);
  for (let index = from; index < to; index += 1) {
    const row = rows[index] ?? [];
    for (let i = 0; i < width; i += 1) {
      const value = row[i] ?? Number.NaN;
      sums[i] = (sums[i] ?? 0) + value;
      for (let j = 0; j <= i; j += 1) squares[i * width + j] = (squares[i * width + j] ?? 0) + value * (row[j] ?? Number.NaN);
    }
  }
  const product = (i: number, j: number): number =>
    (squares[Math.max(i, j) * width + Math.min(i, j)] ?? Number.NaN) - ((sums[i] ?? 0) * (sums[j] ?? 0)) / n;
  return {
    n,
    means: centre.map((mean, i) => mean + (sums[i] ?? 0) / n),
    products: centre.map((_, i) => centre.map((__, j) => (i === j ? Math.max(0, product(i, j)) : product(i, j)))),
  };
}
