import {
  adjustedEstimates,
  combineCrossMoments,
  emptyCrossMoments,
  estimateOf,
  meanStatistic,
  quantileEstimate,
  quantileOfSorted,
  ratioStatistic,
  unitQuantileRanks,
  type CrossMoments,
  type Estimate,
  type SeededRandom,
  type Statistic,
} from '@stitchd/statistics';
import { binomial } from './binomial.ts';
import { normalPairMoments } from './sum-of-normals.ts';

/** The arms' estimates at one look; none where the engine has none yet. */
export type ArmsAtLook = readonly Estimate[] | undefined;

/** Begins an experiment without effect; each call of what it gives is one more look. */
export type Experiment = () => (bar: number) => ArmsAtLook;

/** What a run's experiments have in common, such as the population that they draw from. */
export type Experiments = (random: SeededRandom) => Experiment;

/** Conversions of equal arms. */
export function conversionLooks(unitsPerLook: number, rate: number, arms = 2): Experiments {
  return (random) => () => {
    let units = 0;
    const counts = Array.from({ length: arms }, () => 0);
    return () => {
      units += unitsPerLook;
      return counts.map((before, arm) => {
        const count = before + binomial(random, unitsPerLook, rate);
        counts[arm] = count;
        const value = count / units;
        return { n: units, value, variance: (value * (1 - value)) / (units - 1), degreesOfFreedom: units - 1 };
      });
    };
  };
}

/** How many looks' worth of units a population has that experiments draw from, with replacement. */
const batchesOfPopulation = 2000;

/**
 * Any statistic of means. An arm gets the units of one look at a time, drawn from batches that all arms share: without effect, and as
 * cheap as drawing moments.
 */
export function batchLooks(makeBatch: (random: SeededRandom) => CrossMoments, target: Statistic): Experiments {
  return (random) => {
    const batches = Array.from({ length: batchesOfPopulation }, () => makeBatch(random));
    return () => {
      let arms = [emptyCrossMoments(2), emptyCrossMoments(2)];
      return () => {
        arms = arms.map((moments) => combineCrossMoments(moments, batches[random.below(batches.length)] ?? moments));
        const outcomes = arms.map((moments) => estimateOf(moments, target));
        const known = outcomes.flatMap((outcome) => (outcome.kind === 'ok' ? [outcome.estimate] : []));
        return known.length === arms.length ? known : undefined;
      };
    };
  };
}

/** A ratio of two numbers per unit. */
export const ratioOfColumns = ratioStatistic(0, 1);

/** A mean adjusted by the same units' past, the adjustment estimated anew at every look. */
export function adjustedLooks(unitsPerLook: number, correlation: number): Experiments {
  return (random) => () => {
    let arms = [emptyCrossMoments(2), emptyCrossMoments(2)];
    return () => {
      arms = arms.map((moments) => combineCrossMoments(moments, normalPairMoments(random, unitsPerLook, correlation)));
      const outcome = adjustedEstimates([{ key: 'all', arms, covariates: [meanStatistic(1)] }], meanStatistic(0));
      return outcome.kind === 'ok' ? outcome.arms : undefined;
    };
  };
}

/** A quantile of one lognormal value per unit, its ranks as far out as the look's bar. */
export function quantileLooks(unitsPerLook: number, level: number): Experiments {
  return (random) => () => {
    const arms = [new SortedValues(), new SortedValues()];
    return (bar) => {
      for (const arm of arms) for (let unit = 0; unit < unitsPerLook; unit += 1) arm.insert(Math.exp(random.normal()));
      const outcomes = arms.map(({ values }) => {
        const ranks = unitQuantileRanks({ n: values.length, level, criticalValue: bar });
        if (ranks.kind !== 'ok') return ranks;
        const at = (rank: number): number => quantileOfSorted(values, rank);
        const found = { n: values.length, value: at(level), lower: at(ranks.lower), upper: at(ranks.upper) };
        return quantileEstimate(found, { criticalValue: bar });
      });
      const known = outcomes.flatMap((outcome) => ('estimate' in outcome ? [outcome.estimate] : []));
      return known.length === arms.length ? known : undefined;
    };
  };
}

/** Numbers in order, with room for those of all looks: moving a part of them costs less than sorting anew. */
class SortedValues {
  #room = new Float64Array(1024);
  #count = 0;

  get values(): Float64Array {
    return this.#room.subarray(0, this.#count);
  }

  insert(value: number): void {
    if (this.#count === this.#room.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#room);
      this.#room = larger;
    }
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#room[middle] ?? Infinity) < value) low = middle + 1;
      else high = middle;
    }
    this.#room.copyWithin(low + 1, low, this.#count);
    this.#room[low] = value;
    this.#count += 1;
  }
}
