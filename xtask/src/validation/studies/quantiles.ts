import {
  clusteredQuantileRanks,
  compareEstimates,
  crossMomentsOf,
  quantileEstimate,
  quantileOfSorted,
  unitQuantileRanks,
  type Estimate,
  type QuantileRanks,
  type SeededRandom,
} from '@stitchd/statistics';
import { shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
const criticalValue = 1.96;

/** Medians and far quantiles without effect. */
export const quantiles = {
  key: 'quantiles',
  title: 'Medians and slow tails',
  explanation:
    'Experiments without any effect on quantiles: of one value per unit, and of events of which a unit has about five that resemble each other. Events taken as if they were independent are shown for comparison.',
  cells: [perUnit(0.5, [500, 500]), perUnit(0.9, [500, 500]), perUnit(0.9, [3600, 400]), perEvent(0.5, 400), perEvent(0.9, 400)],
};

function perUnit(level: number, units: readonly [number, number]): Cell {
  return {
    name: `quantile ${level * 100} of ${units.map((count) => count.toLocaleString('en')).join(' and ')} units`,
    replications: { fast: 40, full: 10_000 },
    judge: (totals) => [shareFigure('called', totalOf(totals, 'called'), totalOf(totals, 'all'), { low: 0.03, high: 0.06 })],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const [a, b] = units.map((n) =>
          estimateFrom(lognormals(random, n), n, level, unitQuantileRanks({ n, level, criticalValue })),
        );
        tally.add('all');
        tally.addIf('called', isCalled(a, b));
      }
      return tally.totals();
    },
  };
}

function lognormals(random: SeededRandom, count: number): Float64Array {
  return Float64Array.from({ length: count }, () => Math.exp(random.normal())).sort();
}

function perEvent(level: number, units: number): Cell {
  return {
    name: `quantile ${level * 100} of events of ${units} units per arm`,
    replications: { fast: 12, full: 3000 },
    judge: (totals) => [
      shareFigure('called, by unit', totalOf(totals, 'called'), totalOf(totals, 'all'), { low: 0.03, high: 0.062 }),
      shareFigure('called, events as independent', totalOf(totals, 'naive'), totalOf(totals, 'all')),
    ],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const arms = [0, 1].map(() => eventsOf(random, units, level));
        const [a, b] = arms.map(({ sorted, ranks }) => estimateFrom(sorted, units, level, ranks));
        const [c, d] = arms.map(({ sorted }) =>
          estimateFrom(sorted, units, level, unitQuantileRanks({ n: sorted.length, level, criticalValue })),
        );
        tally.add('all');
        tally.addIf('called', isCalled(a, b));
        tally.addIf('naive', isCalled(c, d));
      }
      return tally.totals();
    },
  };
}

function eventsOf(
  random: SeededRandom,
  units: number,
  level: number,
): { readonly sorted: Float64Array; readonly ranks: QuantileRanks } {
  const events = Array.from({ length: units }, () => {
    const habit = random.normal();
    return Array.from({ length: 1 + random.below(9) }, () => Math.exp(habit + random.normal()));
  });
  const sorted = Float64Array.from(events.flat()).sort();
  const value = quantileOfSorted(sorted, level);
  const perUnitCounts = events.map((own) => [own.filter((each) => each <= value).length, own.length]);
  return { sorted, ranks: clusteredQuantileRanks({ n: units, level, criticalValue }, crossMomentsOf(perUnitCounts)) };
}

function estimateFrom(sorted: Float64Array, n: number, level: number, ranks: QuantileRanks): Estimate {
  if (ranks.kind !== 'ok') throw new Error(ranks.reason);
  const at = (rank: number): number => quantileOfSorted(sorted, rank);
  const outcome = quantileEstimate({ n, value: at(level), lower: at(ranks.lower), upper: at(ranks.upper) }, { criticalValue });
  if (outcome.kind !== 'ok') throw new Error(outcome.reason);
  return outcome.estimate;
}

function isCalled(control: Estimate | undefined, treatment: Estimate | undefined): boolean {
  if (control === undefined || treatment === undefined) throw new Error('two arms were expected');
  const outcome = compareEstimates(control, treatment, { alpha });
  return outcome.kind === 'ok' && outcome.pValue < alpha;
}
