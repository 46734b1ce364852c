import { defaultDeviationPrior } from '../limits.ts';
import { argumentsOf } from '../domain-error.ts';

/** Points at which the posterior of τ is summed: from 4 prior deviations below the median to 4 above. */
const gridPoints = 161;
const gridReach = 4;

/** Points with less than this share of the largest weight change no digit that is shown. */
const leastRelativeWeight = 1e-12;

/** The result of a finished experiment's primary metric. */
export interface PastEffect {
  /** Relative lift: 0.02 is +2 %. */
  readonly estimate: number;
  /** Of the lift, > 0. */
  readonly standardError: number;
}

/** One value that τ may have, with its probability. */
export interface DeviationPoint {
  /** τ > 0, in the units of the estimates. */
  readonly deviation: number;
  /** In (0, 1]; those of all points add up to 1. */
  readonly weight: number;
}

/** What is known of τ, the standard deviation of true effects. */
export interface DeviationPosterior {
  /** The whole of it: to be given to `shrink`, which doesn't take any one τ for the true one. */
  readonly points: readonly DeviationPoint[];
  /** The posterior median, to be shown. */
  readonly median: number;
  /** The middle 80 %. */
  readonly low: number;
  readonly high: number;
}

/**
 * The posterior of τ given an organisation's own finished experiments, each e ~ N(0, τ² + s²), under a lognormal prior: ln τ is normal
 * around the logarithm of its median with a deviation of ln(factor). It is summed over 161 points, evenly apart in ln τ. It works
 * from the first experiment on; the moment estimate mean(e² − s²) is below 0 in almost half of such cases. It assumes that true
 * effects are normal around 0 and that experiments are independent (A. Gelman 2006, Bayesian Analysis 1, 515, on such priors).
 *
 * @param past in any order; relative lifts with their standard errors, of the same kind as those to be shrunken
 * @param prior of τ before any experiment: its median > 0, and the factor > 1 that it is given or taken
 * @throws DomainError for estimates that aren't finite, standard errors that aren't positive, and such priors
 */
export function deviationPosterior(
  past: readonly PastEffect[],
  prior: { readonly median: number; readonly factor: number } = defaultDeviationPrior,
): DeviationPosterior {
  const check = argumentsOf('deviationPosterior');
  check(prior.median > 0 && prior.median < Infinity, 'prior.median', prior.median, 'greater than 0 and finite');
  check(prior.factor > 1 && prior.factor < Infinity, 'prior.factor', prior.factor, 'greater than 1 and finite');
  for (const { estimate, standardError } of past) {
    check(Number.isFinite(estimate), 'estimate', estimate, 'a finite number');
    check(standardError > 0 && standardError < Infinity, 'standardError', standardError, 'greater than 0 and finite');
  }
  const grid = Array.from({ length: gridPoints }, (_, index) => {
    const deviations = (2 * gridReach * index) / (gridPoints - 1) - gridReach;
    const deviation = prior.median * prior.factor ** deviations;
    return { deviation, logWeight: -(deviations ** 2) / 2 + logLikelihood(past, deviation) };
  });
  const points = normalised(grid);
  const quantile = (level: number): number => {
    let below = 0;
    for (const { deviation, weight } of points) {
      const next = below + weight;
      // A point stands for the half step on either side of it, on the scale of logarithms.
      const step = prior.factor ** ((2 * gridReach) / (gridPoints - 1));
      if (next >= level) return deviation * step ** ((level - below) / weight - 0.5);
      below = next;
    }
    return points.at(-1)?.deviation ?? prior.median;
  };
  return { points, median: quantile(0.5), low: quantile(0.1), high: quantile(0.9) };
}

/**
 * A τ that is taken for known, in the shape that `shrink` asks for.
 *
 * @throws DomainError for one that isn't positive and finite
 */
export function knownDeviation(deviation: number): DeviationPosterior {
  const isUsable = deviation > 0 && deviation < Infinity;
  argumentsOf('knownDeviation')(isUsable, 'deviation', deviation, 'greater than 0 and finite');
  return { points: [{ deviation, weight: 1 }], median: deviation, low: deviation, high: deviation };
}

/** Points with weights that add up to 1, those left out that weigh nothing beside the largest. */
export function normalised(
  points: readonly { readonly deviation: number; readonly logWeight: number }[],
): readonly DeviationPoint[] {
  const largest = points.reduce((most, { logWeight }) => Math.max(most, logWeight), -Infinity);
  const kept = points
    .map(({ deviation, logWeight }) => ({ deviation, weight: Math.exp(logWeight - largest) }))
    .filter(({ weight }) => weight >= leastRelativeWeight);
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  return kept.map(({ deviation, weight }) => ({ deviation, weight: weight / total }));
}

/** ln of the density of an estimate when the true effect is N(0, τ²), but for a constant. */
export function logDensity({ estimate, standardError }: PastEffect, deviation: number): number {
  const scale = Math.hypot(deviation, standardError);
  return -Math.log(scale) - (estimate / scale) ** 2 / 2;
}

function logLikelihood(past: readonly PastEffect[], deviation: number): number {
  return past.reduce((sum, effect) => sum + logDensity(effect, deviation), 0);
}
