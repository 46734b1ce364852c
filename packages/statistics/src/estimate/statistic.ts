import { argumentsOf } from '../domain-error.ts';

/** A smooth function of the means of some numbers per unit: the one shape that every metric of means has. */
export interface Statistic {
  /** Its value at these means; not finite where it has none. */
  readonly value: (means: readonly number[]) => number;
  /** Its derivative by each of the means, at these means. */
  readonly gradient: (means: readonly number[]) => readonly number[];
  /** The column that it divides by, which has to be clearly apart from 0. */
  readonly denominator?: number;
}

/**
 * The mean of one column of the moments.
 *
 * In the column's units; its variance s²/n is exact.
 *
 * @throws DomainError for a column that is no index
 */
export function meanStatistic(column: number): Statistic {
  checkColumn('meanStatistic', column);
  return {
    value: (means) => means[column] ?? Number.NaN,
    gradient: (means) => means.map((_, index) => (index === column ? 1 : 0)),
  };
}

/**
 * The ratio of two columns' means, such as orders per view with both counted per unit. Its variance is the delta method's,
 * (s_m² − 2R·c_md + R²·s_d²)/(n·D²) (Deng, Knoblich & Lu 2018, section 3).
 *
 * In numerator's per denominator's units. It assumes that the treatment doesn't change the denominator much: where it does, both
 * have to be shown by themselves.
 *
 * @throws DomainError for columns that are no indices
 */
export function ratioStatistic(numerator: number, denominator: number): Statistic {
  checkColumn('ratioStatistic', numerator);
  checkColumn('ratioStatistic', denominator);
  const value = (means: readonly number[]): number => (means[numerator] ?? Number.NaN) / (means[denominator] ?? Number.NaN);
  return {
    value,
    denominator,
    gradient: (means) => {
      const per = 1 / (means[denominator] ?? Number.NaN);
      return means.map((_, index) => (index === numerator ? per : 0) - (index === denominator ? value(means) * per : 0));
    },
  };
}

function checkColumn(functionName: string, column: number): void {
  argumentsOf(functionName)(Number.isSafeInteger(column) && column >= 0, 'the column', column, 'a whole number of at least 0');
}
