import {
  defaultDeviationPrior,
  deviationPosterior,
  knownDeviation,
  shrink,
  type Interval,
  type SeededRandom,
} from '@stitchd/statistics';
import { meanFigure, shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

/** Half of what is seen in a winner is luck. */
export const luck = {
  key: 'luck',
  title: 'Allowing for luck',
  explanation:
    'Those that look best among experiments are mostly lucky: their raw interval misses the truth too often, the shrunken one does not. In the first rows true lifts vary by 2 % and that is known. Then it is found from an organisation’s own 20 past experiments, among organisations whose lifts vary as the prior says; the interval is summed over what the deviation may be, since one value taken for the true one is too sure (shown for comparison). No such interval holds its level at every single deviation: those of organisations whose lifts all vary by 1, 2 or 4 % are shown too.',
  cells: [known(), learnt(undefined), ...[0.01, 0.02, 0.04].map(learnt)],
};

const [deviation, standardError] = [0.02, 0.03];
const nominal = { low: 0.945, high: 0.955 };
/** Experiments that each organisation runs once it has past ones. */
const futureExperiments = 10;

function known(): Cell {
  return {
    name: 'prior known',
    replications: { fast: 4000, full: 200_000 },
    judge: (totals) => {
      const [all, winners] = [totalOf(totals, 'all'), totalOf(totals, 'winners')];
      const mean = (name: string, key: string) =>
        meanFigure(name, { sum: totalOf(totals, key), squares: totalOf(totals, `${key}²`), trials: winners });
      return [
        shareFigure('shrunken interval contains the truth', totalOf(totals, 'contained'), all, nominal),
        shareFigure('the same of winners', totalOf(totals, 'winnersContained'), winners, nominal),
        shareFigure('raw interval of winners contains the truth', totalOf(totals, 'winnersRaw'), winners),
        mean('raw estimate of winners', 'raw'),
        mean('shrunken estimate of winners', 'shrunken'),
        mean('true effect of winners', 'true'),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      const prior = knownDeviation(deviation);
      for (let index = 0; index < replications; index += 1) {
        const { truth, estimate } = experiment(random, deviation);
        const shrunken = shrink(estimate, standardError, { prior });
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

/** @param fixed the deviation of every organisation's lifts; drawn from the prior where absent */
function learnt(fixed: number | undefined): Cell {
  const isDrawn = fixed === undefined;
  const which = isDrawn ? 'organisations as the prior has them' : `organisations whose lifts vary by ${fixed * 100} %`;
  return {
    name: `prior found from 20 past experiments, ${which}`,
    replications: { fast: 12, full: isDrawn ? 6000 : 1000 },
    judge: (totals) => {
      const [all, winners] = [totalOf(totals, 'all'), totalOf(totals, 'winners')];
      const figures = [
        shareFigure('shrunken interval contains the truth', totalOf(totals, 'contained'), all, isDrawn ? nominal : undefined),
        shareFigure('the same of winners', totalOf(totals, 'winnersContained'), winners, isDrawn ? nominal : undefined),
        shareFigure('the same with the median for the true one', totalOf(totals, 'plugged'), all),
      ];
      // Experiments of one organisation hang together by what it has found out: the error of a sum of ten is of the order of √10.
      return figures.map((figure) => ({ ...figure, standardError: figure.standardError * Math.sqrt(futureExperiments) }));
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const own = fixed ?? defaultDeviationPrior.median * defaultDeviationPrior.factor ** random.normal();
        const past = Array.from({ length: 20 }, () => ({ estimate: experiment(random, own).estimate, standardError }));
        const prior = deviationPosterior(past);
        const plugged = knownDeviation(prior.median);
        for (let next = 0; next < futureExperiments; next += 1) {
          const { truth, estimate } = experiment(random, own);
          const holds = (interval: Interval): boolean => interval.low <= truth && truth <= interval.high;
          const isContained = holds(shrink(estimate, standardError, { prior }).interval);
          const isWinner = Math.abs(estimate) > 1.96 * standardError;
          tally.add('all');
          tally.addIf('contained', isContained);
          tally.addIf('plugged', holds(shrink(estimate, standardError, { prior: plugged }).interval));
          tally.addIf('winners', isWinner);
          tally.addIf('winnersContained', isWinner && isContained);
        }
      }
      return tally.totals();
    },
  };
}

function experiment(random: SeededRandom, spread: number): { readonly truth: number; readonly estimate: number } {
  const truth = spread * random.normal();
  return { truth, estimate: truth + standardError * random.normal() };
}
