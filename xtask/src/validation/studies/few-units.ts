import {
  compareEstimates,
  crossMomentsOf,
  estimateOf,
  randomisationTest,
  ratioStatistic,
  type SeededRandom,
} from '@stitchd/statistics';
import { shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
/** 25 of 500 permutations are the level exactly. */
const permutations = 499;
const statistic = ratioStatistic(0, 1);

/** Organisations of very different size, without effect. */
export const fewUnits = {
  key: 'few-units',
  title: 'Few units of very different size',
  explanation:
    'Experiments without any effect on organisations, with a ratio metric whose denominator is their size. With few of them the normal approximation calls too many; shuffling the labels does not.',
  cells: [cellOf(15, { fast: 40, full: 2000 }), cellOf(50, { fast: 20, full: 1500 }), cellOf(150, { fast: 6, full: 500 })],
};

function cellOf(perArm: number, replications: Cell['replications']): Cell {
  const margin = 2.5758 * Math.sqrt((alpha * (1 - alpha)) / replications.full);
  return {
    name: `${perArm} organisations per arm`,
    replications,
    judge: (totals) => [
      shareFigure('called, randomisation test', totalOf(totals, 'shuffled'), totalOf(totals, 'all'), { high: alpha + margin }),
      shareFigure('called, t-test of the ratio', totalOf(totals, 'called'), totalOf(totals, 'all')),
    ],
    simulate: (random, count) => {
      const tally = new Tally();
      for (let index = 0; index < count; index += 1) {
        const period = { control: organisations(random, perArm), treatment: organisations(random, perArm) };
        const outcome = randomisationTest([period], statistic, { alpha, random, permutations });
        tally.add('all');
        tally.addIf('shuffled', outcome.kind === 'ok' && outcome.pValue <= alpha);
        tally.addIf('called', isCalled(period.control, period.treatment));
      }
      return tally.totals();
    },
  };
}

function organisations(random: SeededRandom, count: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, () => {
    const size = Math.exp(3 + 1.2 * random.normal());
    return [size * (0.3 + 0.1 * random.normal()), size];
  });
}

function isCalled(a: readonly (readonly number[])[], b: readonly (readonly number[])[]): boolean {
  const { value, gradient } = statistic;
  const [control, treatment] = [a, b].map((rows) => estimateOf(crossMomentsOf(rows), { value, gradient }));
  if (control?.kind !== 'ok' || treatment?.kind !== 'ok') return false;
  const outcome = compareEstimates(control.estimate, treatment.estimate, { alpha });
  return outcome.kind === 'ok' && outcome.pValue < alpha;
}
