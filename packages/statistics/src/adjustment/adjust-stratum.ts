import type { Statistic } from '../estimate/statistic.ts';
import { bilinearForm, dotProduct } from '../linear-algebra/dot-product.ts';
import { solveSymmetric } from '../linear-algebra/solve-symmetric.ts';
import { combineCrossMoments, emptyCrossMoments, type CrossMoments } from '../moments/cross-moments.ts';
import type { Stratum } from './adjusted-estimates.ts';

/** One stratum with its covariates accounted for. */
export interface AdjustedStratum {
  /** θ, one per covariate that was used. */
  readonly coefficients: readonly number[];
  readonly arms: readonly {
    readonly n: number;
    /** θᵀ(x̄ − x̄_pool): what is to be taken off the arm's figure. */
    readonly shift: number;
    readonly variance: number;
    readonly degreesOfFreedom: number;
  }[];
}

/** @param gradients of the target, one per arm: with them its linear part is a mean */
export function adjustStratum({ arms, covariates }: Stratum, gradients: readonly (readonly number[])[]): AdjustedStratum {
  const pooled = arms.reduce(combineCrossMoments, emptyCrossMoments(0));
  const directions = covariates.map(({ gradient }) => gradient(pooled.means));
  const perArm = arms.map((moments, arm) => linearised(moments, gradients[arm] ?? [], directions));
  const coefficients =
    solveSymmetric(
      directions.map((_, i) => directions.map((__, j) => total(perArm, ({ within }) => within[i]?.[j]))),
      directions.map((_, i) => total(perArm, ({ between }) => between[i])),
    ) ?? directions.map(() => 0);
  return {
    coefficients,
    arms: arms.map((moments, arm) => {
      const own = perArm[arm];
      if (own === undefined || moments.n < 2) return { n: moments.n, shift: 0, variance: Number.NaN, degreesOfFreedom: 1 };
      const variance =
        own.variance + bilinearForm(coefficients, own.within, coefficients) - 2 * dotProduct(coefficients, own.between);
      return {
        n: moments.n,
        shift: dotProduct(coefficients, covariateShifts(moments, pooled, covariates, directions)),
        variance: Math.max(0, variance),
        degreesOfFreedom: Math.max(1, moments.n - 1 - coefficients.length),
      };
    }),
  };
}

interface LinearParts {
  /** Variances and covariances of estimates, divided by n already. */
  readonly variance: number;
  readonly within: readonly (readonly number[])[];
  readonly between: readonly number[];
}

function linearised(
  { n, products }: CrossMoments,
  gradient: readonly number[],
  directions: readonly (readonly number[])[],
): LinearParts {
  const scale = n < 2 ? 0 : 1 / (n - 1) / n;
  const covariance = (a: readonly number[], b: readonly number[]): number => bilinearForm(a, products, b) * scale;
  return {
    variance: covariance(gradient, gradient),
    within: directions.map((a) => directions.map((b) => covariance(a, b))),
    between: directions.map((a) => covariance(a, gradient)),
  };
}

/** Linear in the means, as the variances are: for a covariate that is a mean it is the plain difference. */
function covariateShifts(
  moments: CrossMoments,
  pooled: CrossMoments,
  covariates: readonly Statistic[],
  directions: readonly (readonly number[])[],
): readonly number[] {
  const apart = moments.means.map((mean, column) => mean - (pooled.means[column] ?? Number.NaN));
  return covariates.map((_, index) => dotProduct(directions[index] ?? [], apart));
}

function total(parts: readonly LinearParts[], of: (part: LinearParts) => number | undefined): number {
  return parts.reduce((sum, part) => sum + (of(part) ?? Number.NaN), 0);
}
