import { argumentsOf } from '../domain-error.ts';
import type { Interval } from '../interval.ts';
import { normalCdf, normalDensity } from '../special-functions/normal.ts';
import { mixtureQuantile, type NormalPart } from './mixture-quantile.ts';
import { logDensity, normalised, type DeviationPosterior } from './prior.ts';

/** What is believed of an effect once luck is allowed for. In the estimate's units. */
export interface ShrunkenEffect {
  /** The posterior mean: the best guess. */
  readonly estimate: number;
  readonly standardDeviation: number;
  /** That the effect is above 0. */
  readonly probabilityAbove: number;
  /** With as much probability below as above it. */
  readonly interval: Interval;
  /** What is lost on average by choosing the treatment, and by keeping the baseline. Both ≥ 0. */
  readonly lossOfShipping: number;
  readonly lossOfKeeping: number;
}

/**
 * The posterior of an effect that is drawn from N(0, τ²) and estimated with standard error s, summed over what τ may be. For one τ the
 * effect is N(e·τ²/(τ² + s²), 1/(1/τ² + 1/s²)), with the loss √v·φ(u) − post·Φ(−u), u = post/√v; each τ weighs by its own posterior,
 * in which this estimate counts too: w·N(e; 0, τ² + s²). One τ taken for the true one would be too sure: with 20 past experiments its
 * interval at 95 % holds the truth in 90 of 100 cases (A. Gelman et al. 2013, Bayesian Data Analysis, section 5.4).
 *
 * It assumes that the estimate is about normal and that effects are normal around 0. It needs no correction for looks, but decides
 * nothing by itself: it is as right as the prior is.
 *
 * @param estimate in the units of the prior: a relative lift where that is of lifts
 * @param standardError of the estimate, > 0
 * @param options.prior `deviationPosterior` of the organisation's other experiments, or `knownDeviation`
 * @param options.level of the interval, such as 0.95
 * @param options.good whether larger or smaller effects are better; the losses follow it
 * @throws DomainError for a standard error that isn't positive and finite, no τ, a level out of range
 */
export function shrink(
  estimate: number,
  standardError: number,
  options: { readonly prior: DeviationPosterior; readonly level?: number; readonly good?: 'larger' | 'smaller' },
): ShrunkenEffect {
  const { prior, level = 0.95, good = 'larger' } = options;
  const check = argumentsOf('shrink');
  check(Number.isFinite(estimate), 'estimate', estimate, 'a finite number');
  check(standardError > 0 && standardError < Infinity, 'standardError', standardError, 'greater than 0 and finite');
  check(prior.points.length > 0, 'the number of points of the prior', prior.points.length, 'at least 1');
  for (const { deviation, weight } of prior.points) {
    check(deviation > 0 && deviation < Infinity, 'a deviation of the prior', deviation, 'greater than 0 and finite');
    check(weight > 0 && weight <= 1, 'a weight of the prior', weight, 'greater than 0 and at most 1');
  }
  check(level > 0 && level < 1, 'level', level, 'between 0 and 1');
  const parts = posteriorParts(estimate, standardError, prior);
  const mean = weighted(parts, (part) => part.mean);
  const [lossBelow, lossAbove] = [lossOf(parts, 1), lossOf(parts, -1)];
  return {
    estimate: mean,
    standardDeviation: Math.sqrt(weighted(parts, (part) => part.deviation ** 2 + (part.mean - mean) ** 2)),
    // Weights are 1 together but for rounding.
    probabilityAbove: Math.min(
      1,
      weighted(parts, (part) => normalCdf(part.mean / part.deviation)),
    ),
    interval: { low: mixtureQuantile(parts, (1 - level) / 2, 'lower'), high: mixtureQuantile(parts, (1 - level) / 2, 'upper') },
    lossOfShipping: good === 'larger' ? lossBelow : lossAbove,
    lossOfKeeping: good === 'larger' ? lossAbove : lossBelow,
  };
}

/** One normal distribution per τ, weighted by how probable that is once the estimate is known as well. */
function posteriorParts(estimate: number, standardError: number, { points }: DeviationPosterior): readonly NormalPart[] {
  const effect = { estimate, standardError };
  const known = points.map(({ deviation, weight }) => ({
    deviation,
    logWeight: Math.log(weight) + logDensity(effect, deviation),
  }));
  return normalised(known).map(({ deviation, weight }) => {
    // By their quotient, so that neither square leaves the range of doubles.
    const quotient = standardError / deviation;
    const kept = 1 / (1 + quotient * quotient);
    return { weight, mean: estimate * kept, deviation: standardError * Math.sqrt(kept) };
  });
}

function weighted(parts: readonly NormalPart[], of: (part: NormalPart) => number): number {
  return parts.reduce((sum, part) => sum + part.weight * of(part), 0);
}

/** E max(0, −side·effect): φ(u) − u·Φ(−u) per part. */
function lossOf(parts: readonly NormalPart[], side: 1 | -1): number {
  return weighted(parts, ({ mean, deviation }) => {
    const u = (side * mean) / deviation;
    return Math.max(0, normalDensity(u) - u * normalCdf(-u)) * deviation;
  });
}
