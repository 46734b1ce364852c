import { compareEstimates, estimateOf, crossMomentsOf, meanStatistic } from '@stitchd/statistics';
import { binomialBand, shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
const full = 4000;

/** Units that saw both arms. */
export const mixedUnits = {
  key: 'mixed-units',
  title: 'Units that saw both arms',
  explanation:
    'No effect on the metric, but the treatment makes units come back more often, and each visit has a chance of 2 % of being served the wrong arm. Units are kept where they were first; leaving out those that saw both arms, as most tools do, leaves out the busiest and makes an effect.',
  cells: [cell()],
};

function cell(): Cell {
  return {
    name: '2,000 units per arm',
    replications: { fast: 20, full },
    judge: (totals) => [
      shareFigure(
        'called, all units where they were first',
        totalOf(totals, 'first'),
        totalOf(totals, 'all'),
        binomialBand(alpha, full),
      ),
      shareFigure('called, without mixed units', totalOf(totals, 'without'), totalOf(totals, 'all')),
    ],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const arms = [1, 1.5].map((visitFactor) =>
          Array.from({ length: 2000 }, () => {
            const activity = Math.exp(0.8 * random.normal());
            const visits = 1 + Math.floor(3 * activity * visitFactor);
            return { value: activity + random.normal(), isMixed: random.uniform() > 0.98 ** (visits - 1) };
          }),
        );
        tally.add('all');
        tally.addIf('first', isCalled(arms.map((units) => units.map(({ value }) => [value]))));
        tally.addIf(
          'without',
          isCalled(arms.map((units) => units.filter(({ isMixed }) => !isMixed).map(({ value }) => [value]))),
        );
      }
      return tally.totals();
    },
  };
}

function isCalled(arms: readonly (readonly (readonly number[])[])[]): boolean {
  const [control, treatment] = arms.map((rows) => estimateOf(crossMomentsOf(rows), meanStatistic(0)));
  if (control?.kind !== 'ok' || treatment?.kind !== 'ok') throw new Error('an arm could not be estimated');
  const outcome = compareEstimates(control.estimate, treatment.estimate, { alpha });
  return outcome.kind === 'ok' && outcome.pValue < alpha;
}
