import {
  compareEstimates,
  compareShuffled,
  crossMomentsOf,
  estimateOf,
  randomisationFrom,
  ratioStatistic,
  shuffleLabels,
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
    'Experiments without any effect on organisations, with a ratio metric whose denominator is their size. With few of them the normal approximation calls too many; shuffling the labels does not, nor where it is looked at again and again from half of the plan on.',
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
        const outcome = shuffleLabels([period], statistic, { random, permutations });
        tally.add('all');
        tally.addIf('shuffled', outcome.kind === 'ok' && outcome.pValue <= alpha);
        tally.addIf('called', isCalled(period.control, period.treatment));
      }
      return tally.totals();
    },
  };
}

/** At the first look p has to be under 0.0015: so many shuffles that it can be. */
const manyPermutations = 1499;

/** Looked at with every unit that comes, and with many units eleven times. */
function lookedAt(perArm: number): Cell {
  const full = perArm < 20 ? 1200 : 600;
  const margin = 2.5758 * Math.sqrt((alpha * (1 - alpha)) / full);
  const steps = Math.min(10, Math.floor(perArm * (1 - randomisationFrom)));
  const sizes = Array.from({ length: steps + 1 }, (_, step) =>
    Math.round(perArm * (1 - ((1 - randomisationFrom) * step) / steps)),
  ).reverse();
  return {
    name: `${perArm} organisations per arm, ${sizes.length} looks from half of the plan on`,
    replications: { fast: 2, full },
    judge: (totals) => [shareFigure('called', totalOf(totals, 'called'), totalOf(totals, 'all'), { high: alpha + margin })],
    simulate: (random, count) => {
      const tally = new Tally();
      for (let index = 0; index < count; index += 1) {
        const [control, treatment] = [organisations(random, perArm), organisations(random, perArm)];
        tally.add('all');
        tally.addIf(
          'called',
          sizes.some((units) => {
            const period = { control: control.slice(0, units), treatment: treatment.slice(0, units) };
            const labels = shuffleLabels([period], statistic, { random, permutations: manyPermutations });
            if (labels.kind !== 'ok') return false;
            const found = compareShuffled(labels, { kind: 'planned', share: units / perArm }, alpha);
            return found.kind === 'ok' && found.look.isCrossed;
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
