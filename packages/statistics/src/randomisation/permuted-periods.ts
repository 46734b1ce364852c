import { estimateOf, type Estimate, type EstimateRefusal } from '../estimate/estimate.ts';
import type { Statistic } from '../estimate/statistic.ts';
import { crossMomentsOf, type CrossMoments } from '../moments/cross-moments.ts';
import { combinePeriods } from '../periods/combine-periods.ts';
import type { SeededRandom } from '../random/seeded-random.ts';

/** The units of a time in which the arms' weights did not change, each as a row of numbers. */
export interface UnitPeriod {
  readonly control: readonly (readonly number[])[];
  readonly treatment: readonly (readonly number[])[];
}

/** Both arms, or why one has no estimate. */
export type PairOutcome =
  | { readonly kind: 'ok'; readonly control: Estimate; readonly treatment: Estimate }
  | { readonly kind: 'not-computable'; readonly reason: EstimateRefusal };

/** The smaller arm is drawn, and the other is what is left: their sums are the whole's. */
interface ShuffledPeriod {
  /** Row by row, centred at the period's means, so that sums of products are safe. */
  readonly numbers: Float64Array;
  /** Places of rows; the first `drawn` are the smaller arm. */
  readonly order: Uint32Array;
  readonly drawn: number;
  readonly isControlDrawn: boolean;
  readonly whole: CrossMoments;
  readonly sums: Float64Array;
  readonly squares: Float64Array;
}

/** Units whose labels are shuffled in place, again and again. */
export class PermutedPeriods {
  readonly #periods: readonly ShuffledPeriod[];

  constructor(periods: readonly UnitPeriod[]) {
    this.#periods = periods
      .filter(({ control, treatment }) => control.length > 0 && treatment.length > 0)
      .map(({ control, treatment }) => {
        const isControlDrawn = control.length <= treatment.length;
        const rows = isControlDrawn ? [...control, ...treatment] : [...treatment, ...control];
        const whole = crossMomentsOf(rows);
        const width = whole.means.length;
        return {
          numbers: Float64Array.from(
            rows.flatMap((row) => whole.means.map((mean, column) => (row[column] ?? Number.NaN) - mean)),
          ),
          order: Uint32Array.from(rows.keys()),
          drawn: Math.min(control.length, treatment.length),
          isControlDrawn,
          whole,
          sums: new Float64Array(width),
          squares: new Float64Array(width * width),
        };
      });
  }

  /** Draws who is in which arm, period by period. */
  shuffle(random: SeededRandom): void {
    for (const { order, drawn } of this.#periods) {
      for (let index = 0; index < drawn; index += 1) {
        const other = index + random.below(order.length - index);
        const here = order[index] ?? 0;
        order[index] = order[other] ?? 0;
        order[other] = here;
      }
    }
  }

  /** Both arms as they are labelled now. */
  estimates({ value, gradient }: Statistic): PairOutcome {
    // Without its denominator's guard: shuffling needs no delta method, and leaving shuffles out would bend their distribution.
    const statistic = { value, gradient };
    const periods: { control: Estimate; treatment: Estimate }[] = [];
    for (const period of this.#periods) {
      const [drawn, left] = momentsOfArms(period).map((moments) => estimateOf(moments, statistic));
      if (drawn?.kind !== 'ok') return drawn ?? nobody;
      if (left?.kind !== 'ok') return left ?? nobody;
      const [control, treatment] = period.isControlDrawn ? [drawn, left] : [left, drawn];
      periods.push({ control: control.estimate, treatment: treatment.estimate });
    }
    return overPeriods(periods);
  }
}

/** Both arms as they were observed. */
export function observedArms(periods: readonly UnitPeriod[], { value, gradient }: Statistic): PairOutcome {
  const found: { control: Estimate; treatment: Estimate }[] = [];
  for (const { control, treatment } of periods) {
    if (control.length === 0 || treatment.length === 0) continue;
    const [base, other] = [control, treatment].map((rows) => estimateOf(crossMomentsOf(rows), { value, gradient }));
    if (base?.kind !== 'ok') return base ?? nobody;
    if (other?.kind !== 'ok') return other ?? nobody;
    found.push({ control: base.estimate, treatment: other.estimate });
  }
  return overPeriods(found);
}

const nobody = { kind: 'not-computable', reason: 'too-few-units' } as const;

function overPeriods(periods: readonly { readonly control: Estimate; readonly treatment: Estimate }[]): PairOutcome {
  const [first, ...more] = periods;
  if (first === undefined) return nobody;
  return { kind: 'ok', ...(more.length === 0 ? first : combinePeriods(periods)) };
}

/** The drawn arm and what is left of the whole. */
function momentsOfArms({ numbers, order, drawn, whole, sums, squares }: ShuffledPeriod): readonly CrossMoments[] {
  const width = sums.length;
  sums.fill(0);
  squares.fill(0);
  for (let index = 0; index < drawn; index += 1) {
    const row = (order[index] ?? 0) * width;
    for (let i = 0; i < width; i += 1) {
      const value = numbers[row + i] ?? Number.NaN;
      sums[i] = (sums[i] ?? 0) + value;
      for (let j = 0; j <= i; j += 1)
        squares[i * width + j] = (squares[i * width + j] ?? 0) + value * (numbers[row + j] ?? Number.NaN);
    }
  }
  const squareOf = (i: number, j: number): number => squares[Math.max(i, j) * width + Math.min(i, j)] ?? Number.NaN;
  const sumOf = (i: number): number => sums[i] ?? Number.NaN;
  const momentsFrom = (n: number, sign: 1 | -1): CrossMoments => ({
    n,
    // Around the centre the sums of both arms are each other's opposite.
    means: whole.means.map((mean, i) => mean + (sign * sumOf(i)) / n),
    products: whole.products.map((row, i) =>
      row.map((product, j) => {
        const square = (sign === 1 ? squareOf(i, j) : product - squareOf(i, j)) - (sumOf(i) * sumOf(j)) / n;
        return i === j ? Math.max(0, square) : square;
      }),
    ),
  });
  return [momentsFrom(drawn, 1), momentsFrom(order.length - drawn, -1)];
}
