import {
  compareEstimates,
  crossMomentsOf,
  estimateOf,
  judgeLook,
  randomisationLooks,
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
    'Experiments without any effect on organisations, with a ratio metric whose denominator is their size. With few of them the normal approximation calls too many; shuffling the labels does not, nor where it is looked at three times, at half, three quarters and all of the plan.',
  cells: [
    cellOf(15, { fast: 40, full: 2000 }),
    cellOf(50, { fast: 20, full: 1500 }),
    cellOf(150, { fast: 6, full: 500 }),
    lookedAt(15),
    lookedAt(50),
  ],
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

/** At the first look p has to be under 0.0015: so many shuffles that it can be. */
const manyPermutations = 2499;

function lookedAt(perArm: number): Cell {
  const full = perArm < 20 ? 1500 : 400;
  const margin = 2.5758 * Math.sqrt((alpha * (1 - alpha)) / full);
  return {
    name: `${perArm} organisations per arm, three looks`,
    replications: { fast: 2, full },
    judge: (totals) => [shareFigure('called', totalOf(totals, 'called'), totalOf(totals, 'all'), { high: alpha + margin })],
    simulate: (random, count) => {
      const tally = new Tally();
      for (let index = 0; index < count; index += 1) {
        const [control, treatment] = [organisations(random, perArm), organisations(random, perArm)];
        tally.add('all');
        tally.addIf(
          'called',
          randomisationLooks.some((share) => {
            const units = Math.round(share * perArm);
            const period = { control: control.slice(0, units), treatment: treatment.slice(0, units) };
            const outcome = randomisationTest([period], statistic, { alpha, random, permutations: manyPermutations });
            if (outcome.kind !== 'ok') return false;
            const look = judgeLook(outcome, { kind: 'planned', share }, alpha);
            return look.kind === 'ok' && look.isCrossed;
          }),
        );
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
