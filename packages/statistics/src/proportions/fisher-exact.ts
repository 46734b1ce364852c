import { checkConversions, type Conversions } from './conversions.ts';

/** The two-sided p-values of a two-by-two table with its margins given. */
export interface FisherResult {
  /** The probability of all tables that are no likelier than the observed one. */
  readonly pValue: number;
  /** The same with the observed table, and those exactly as likely, counted half: closer to its nominal level. */
  readonly midPValue: number;
}

/** The smallest double of full precision: a smaller one times a ratio just below 1 is itself again, and the tables would not end. */
const smallestWeight = 2 ** -1022;

/** Tables whose probabilities differ by less are taken as equally likely: rounding must not decide which side one is on. */
const tieTolerance = 1e-7;

/**
 * Fisher's exact test of two proportions (R. A. Fisher 1935), and its mid-p variant (H. O. Lancaster 1961; recommended by Lydersen,
 * Fagerland & Laake 2009, Statistics in Medicine 28, 1159). Symmetric in the two arms. Where the margins allow one table only, both
 * p-values are 1. Probabilities under the smallest double come out as that, never as 0.
 *
 * @throws DomainError for counts that can't be.
 */
export function fisherExact(control: Conversions, treatment: Conversions): FisherResult {
  checkConversions('fisherExact', 'control', control);
  checkConversions('fisherExact', 'treatment', treatment);
  const table = { first: control.trials, second: treatment.trials, successes: control.successes + treatment.successes };
  const lowest = Math.max(0, table.successes - table.second);
  const highest = Math.min(table.successes, table.first);
  if (lowest === highest) return { pValue: 1, midPValue: 1 };
  const weights = weightsFromMode(table, lowest, highest);
  const observed = weights.find(({ count }) => count === control.successes)?.weight ?? 0;
  let less = 0;
  let tied = 0;
  let total = 0;
  for (const { weight } of weights) {
    total += weight;
    if (weight < observed * (1 - tieTolerance)) less += weight;
    else if (weight <= observed * (1 + tieTolerance)) tied += weight;
  }
  const shareOf = (sum: number): number => Math.max(Number.MIN_VALUE, Math.min(1, sum / total));
  return { pValue: shareOf(less + tied), midPValue: shareOf(less + tied / 2) };
}

interface Margins {
  readonly first: number;
  readonly second: number;
  readonly successes: number;
}

interface TableWeight {
  readonly count: number;
  /** The table's probability over that of the likeliest. */
  readonly weight: number;
}

/**
 * The hypergeometric probabilities relative to their mode, outwards until they are nothing, smallest first: by the ratio of
 * neighbours P(x+1)/P(x) = (n₁−x)(k−x)/((x+1)(n₂−k+x+1)), so that no factorial is formed.
 */
function weightsFromMode({ first, second, successes }: Margins, lowest: number, highest: number): readonly TableWeight[] {
  const ratioAbove = (x: number): number => ((first - x) / (x + 1)) * ((successes - x) / (second - successes + x + 1));
  const mode = Math.floor(((first + 1) / (first + second + 2)) * (successes + 1));
  const start = Math.min(highest, Math.max(lowest, mode));
  const weights: TableWeight[] = [{ count: start, weight: 1 }];
  for (let count = start, weight = 1; count < highest && weight > smallestWeight; count += 1) {
    weight *= ratioAbove(count);
    weights.push({ count: count + 1, weight });
  }
  for (let count = start, weight = 1; count > lowest && weight > smallestWeight; count -= 1) {
    weight /= ratioAbove(count - 1);
    weights.push({ count: count - 1, weight });
  }
  return weights.toSorted((a, b) => a.weight - b.weight);
}
