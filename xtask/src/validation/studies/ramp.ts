import { combinePeriods, compareEstimates, type Estimate } from '@stitchd/statistics';
import { binomial } from '../samples/binomial.ts';
import { shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
/** The base moves while the treatment's share grows. */
const steps = [
  { treatmentShare: 0.01, rate: 0.12 },
  { treatmentShare: 0.1, rate: 0.11 },
  { treatmentShare: 0.5, rate: 0.1 },
];

/** Experiments without effect whose weights change. */
export const ramp = {
  key: 'ramp',
  title: 'Weights that change',
  explanation:
    'Experiments without any effect in which the treatment goes from 1 to 10 to 50 % while the base falls from 12 to 10 %. Periods of constant weights are compared each by itself and then combined; all units pooled are shown for comparison.',
  cells: [14_000, 140_000].map(cellOf),
};

function cellOf(units: number): Cell {
  const full = 20_000;
  return {
    name: `${units.toLocaleString('en')} units`,
    replications: { fast: 300, full },
    judge: (totals) => [
      shareFigure('called, by period', totalOf(totals, 'periods'), totalOf(totals, 'all'), { low: 0.044, high: 0.056 }),
      shareFigure('called, all units pooled', totalOf(totals, 'pooled'), totalOf(totals, 'all')),
    ],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const periods = steps.map(({ treatmentShare, rate }) => {
          const treated = Math.round((units / steps.length) * treatmentShare);
          const others = Math.round(units / steps.length) - treated;
          return {
            control: counted(binomial(random, others, rate), others),
            treatment: counted(binomial(random, treated, rate), treated),
          };
        });
        const combined = combinePeriods(periods);
        tally.add('all');
        tally.addIf('periods', isCalled(combined.control, combined.treatment));
        tally.addIf(
          'pooled',
          isCalled(pooled(periods.map(({ control }) => control)), pooled(periods.map(({ treatment }) => treatment))),
        );
      }
      return tally.totals();
    },
  };
}

function counted(conversions: number, n: number): Estimate {
  const value = conversions / n;
  return { n, value, variance: (value * (1 - value)) / (n - 1), degreesOfFreedom: n - 1 };
}

function pooled(arms: readonly Estimate[]): Estimate {
  return counted(
    arms.reduce((sum, { n, value }) => sum + n * value, 0),
    arms.reduce((sum, { n }) => sum + n, 0),
  );
}

function isCalled(control: Estimate, treatment: Estimate): boolean {
  const outcome = compareEstimates(control, treatment, { alpha });
  return outcome.kind === 'ok' && outcome.pValue < alpha;
}
