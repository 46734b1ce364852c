import { deviationPosterior, shrink, type SeededRandom } from '@stitchd/statistics';
import { meanFigure, shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

/** Half of what is seen in a winner is luck. */
export const luck = {
  key: 'luck',
  title: 'Allowing for luck',
  explanation:
    'True lifts that vary by 2 %, measured with an error of 3 %. Those that look best are mostly lucky: their raw interval misses the truth too often, the shrunken one does not. The prior is known in the first rows, and found from an organisation’s own past experiments in the last: how wide it is is then not quite known, and the interval contains the truth a little less often.',
  cells: [known(), learnt()],
};

const [deviation, standardError] = [0.02, 0.03];

function known(): Cell {
  return {
    name: 'prior known',
    replications: { fast: 4000, full: 200_000 },
    judge: (totals) => {
      const [all, winners] = [totalOf(totals, 'all'), totalOf(totals, 'winners')];
      const mean = (name: string, key: string) =>
        meanFigure(name, { sum: totalOf(totals, key), squares: totalOf(totals, `${key}²`), trials: winners });
      return [
        shareFigure('shrunken interval contains the truth', totalOf(totals, 'contained'), all, { low: 0.945, high: 0.955 }),
        shareFigure('the same of winners', totalOf(totals, 'winnersContained'), winners, { low: 0.94, high: 0.96 }),
        shareFigure('raw interval of winners contains the truth', totalOf(totals, 'winnersRaw'), winners),
        mean('raw estimate of winners', 'raw'),
        mean('shrunken estimate of winners', 'shrunken'),
        mean('true effect of winners', 'true'),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const { truth, estimate } = experiment(random);
        const shrunken = shrink(estimate, standardError, { priorDeviation: deviation });
        const isContained = shrunken.interval.low <= truth && truth <= shrunken.interval.high;
        tally.add('all');
        tally.addIf('contained', isContained);
        if (estimate < 1.96 * standardError) continue;
        tally.add('winners');
        tally.addIf('winnersContained', isContained);
        tally.addIf('winnersRaw', Math.abs(estimate - truth) <= 1.96 * standardError);
        tally.addValue('raw', estimate);
        tally.addValue('shrunken', shrunken.estimate);
        tally.addValue('true', truth);
      }
      return tally.totals();
    },
  };
}

function learnt(): Cell {
  return {
    name: 'prior found from 20 past experiments',
    replications: { fast: 100, full: 5000 },
    judge: (totals) => {
      const trials = totalOf(totals, 'all');
      const median = { sum: totalOf(totals, 'median'), squares: totalOf(totals, 'median²'), trials };
      return [
        shareFigure('shrunken interval contains the truth', totalOf(totals, 'contained'), trials),
        meanFigure('deviation of true lifts as found (0.02 is true)', median, { low: 0.014, high: 0.026 }),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const past = Array.from({ length: 20 }, () => ({ estimate: experiment(random).estimate, standardError }));
        const { median } = deviationPosterior(past);
        const { truth, estimate } = experiment(random);
        const { interval } = shrink(estimate, standardError, { priorDeviation: median });
        tally.add('all');
        tally.addIf('contained', interval.low <= truth && truth <= interval.high);
        tally.addValue('median', median);
      }
      return tally.totals();
    },
  };
}

function experiment(random: SeededRandom): { readonly truth: number; readonly estimate: number } {
  const truth = deviation * random.normal();
  return { truth, estimate: truth + standardError * random.normal() };
}
