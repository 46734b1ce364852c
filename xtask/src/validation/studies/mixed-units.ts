import { compareEstimates, estimateOf, crossMomentsOf, meanStatistic, type WelchResult } from '@stitchd/statistics';
import { binomialBand, meanFigure, shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
const full = 10_000;
const units = 2000;
/** Of a visit, in the world without misbucketing 0. */
const wrongArm = 0.02;

/** Units that saw both arms. */
export const mixedUnits = {
  key: 'mixed-units',
  title: 'Units that saw both arms',
  explanation:
    'No effect on the metric, but the treatment makes units come back more often, and each visit has a chance of 2 % of being served the wrong arm. Units are kept where they were first; leaving out those that saw both arms, as most tools do, leaves out the busiest and makes an effect. Where there is an effect, units that are served wrongly, or never see what changed, dilute it; they make it smaller, never larger or of the other sign, and the page says how many they are.',
  cells: [cell(), diluted()],
};

function cell(): Cell {
  return {
    name: '2,000 units per arm',
    replications: { fast: 15, full },
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
          Array.from({ length: units }, () => {
            const activity = Math.exp(0.8 * random.normal());
            const visits = 1 + Math.floor(3 * activity * visitFactor);
            return { value: activity + random.normal(), isMixed: random.uniform() > (1 - wrongArm) ** (visits - 1) };
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

/** A tenth of the units see what changed, which adds 1 to them; 2 % of those in either arm are served the other one. */
function diluted(): Cell {
  const share = 0.1;
  const truth = share * (1 - 2 * wrongArm);
  return {
    name: '2,000 units per arm, an effect of 1 on a tenth of them, 2 % served the other arm',
    replications: { fast: 15, full },
    judge: (totals) => {
      const all = totalOf(totals, 'all');
      const effect = { sum: totalOf(totals, 'effect'), squares: totalOf(totals, 'effect²'), trials: all };
      return [
        meanFigure('effect over all units (0.1 undiluted)', effect, { low: 0.99 * truth, high: 1.01 * truth }),
        shareFigure('interval contains the diluted effect', totalOf(totals, 'held'), all, { low: 0.944, high: 0.956 }),
        shareFigure('called in the wrong direction', totalOf(totals, 'wrong'), all, { high: 0.005 }),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const rows = [0, 1].map((arm) =>
          Array.from({ length: units }, () => {
            const served = random.uniform() < wrongArm ? 1 - arm : arm;
            return [random.normal() + (served === 1 && random.uniform() < share ? 1 : 0)];
          }),
        );
        const outcome = compared(rows);
        const { difference, interval } = outcome;
        tally.add('all');
        tally.addValue('effect', difference);
        tally.addIf('held', interval.low <= truth && truth <= interval.high);
        tally.addIf('wrong', interval.high < 0);
      }
      return tally.totals();
    },
  };
}

function isCalled(arms: Parameters<typeof compared>[0]): boolean {
  return compared(arms).pValue < alpha;
}

function compared(arms: readonly (readonly (readonly number[])[])[]): WelchResult {
  const [control, treatment] = arms.map((rows) => estimateOf(crossMomentsOf(rows), meanStatistic(0)));
  if (control?.kind !== 'ok' || treatment?.kind !== 'ok') throw new Error('an arm could not be estimated');
  const outcome = compareEstimates(control.estimate, treatment.estimate, { alpha });
  if (outcome.kind !== 'ok') throw new Error(outcome.reason);
  return outcome;
}
