import { sampleRatioEvidence, sampleRatioTest, type ArmCount } from '@stitchd/statistics';
import { binomial } from '../samples/binomial.ts';
import { meanFigure, shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alarm = Math.log(1000);

/** Splits that are as they should be, and splits that are not. */
export const sampleRatio = {
  key: 'sample-ratio',
  title: 'Splits that do not fit',
  explanation:
    'The check that blocks a verdict is looked at every hour as well. It may stop one sound experiment in a thousand, must find a split of 51/49 soon, and must not be confused by weights that changed. The usual chi-square test at 1 % under the same looks is shown for comparison.',
  cells: [sound(), broken(0.51), broken(0.505), ramped()],
};

function counts(units: number, first: number, share: number): readonly ArmCount[] {
  return [
    { units: first, weight: share },
    { units: units - first, weight: 1 - share },
  ];
}

function sound(): Cell {
  return {
    name: '50/50 as planned, 336 looks at 200 units each',
    replications: { fast: 20, full: 3000 },
    judge: (totals) => [
      shareFigure('stopped', totalOf(totals, 'stopped'), totalOf(totals, 'all'), { high: 0.001 }),
      shareFigure('stopped, chi-square', totalOf(totals, 'chiSquare'), totalOf(totals, 'all')),
    ],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        let [first, isStopped, isCalled] = [0, false, false];
        for (let look = 1; look <= 336; look += 1) {
          first += binomial(random, 200, 0.5);
          const now = counts(look * 200, first, 0.5);
          isStopped ||= sampleRatioEvidence(now).logEvidence > alarm;
          const chiSquare = isCalled ? undefined : sampleRatioTest(now);
          isCalled ||= chiSquare?.kind === 'ok' && chiSquare.pValue < 0.01;
        }
        tally.add('all');
        tally.addIf('stopped', isStopped);
        tally.addIf('chiSquare', isCalled);
      }
      return tally.totals();
    },
  };
}

function broken(share: number): Cell {
  const last = share > 0.508 ? 200_000 : 800_000;
  const step = 2000;
  return {
    name: `${share * 100}/${100 - share * 100} instead of 50/50`,
    replications: { fast: 10, full: 2000 },
    judge: (totals) => {
      const all = totalOf(totals, 'all');
      const units = { sum: totalOf(totals, 'units'), squares: totalOf(totals, 'units²'), trials: all };
      const isClear = share > 0.508;
      return [
        shareFigure(`found by ${last.toLocaleString('en')} units`, totalOf(totals, 'found'), all, { low: 0.99 }),
        shareFigure('found by 50,000 units', totalOf(totals, 'soon'), all, isClear ? { low: 0.5 } : undefined),
        meanFigure('units until found, on average', units),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        let [first, units, isFound] = [0, 0, false];
        while (units < last && !isFound) {
          units += step;
          first += binomial(random, step, share);
          isFound = sampleRatioEvidence(counts(units, first, 0.5)).logEvidence > alarm;
        }
        tally.add('all');
        tally.addIf('found', isFound);
        tally.addIf('soon', isFound && units <= 50_000);
        tally.addValue('units', units);
      }
      return tally.totals();
    },
  };
}

function ramped(): Cell {
  const shares = [0.99, 0.9, 0.5];
  return {
    name: '1, 10 and 50 %, each 100 looks at 200 units',
    replications: { fast: 20, full: 5000 },
    judge: (totals) => [
      shareFigure('stopped, evidence of the periods together', totalOf(totals, 'stopped'), totalOf(totals, 'all'), {
        high: 0.001,
      }),
      shareFigure('stopped, against the present weights', totalOf(totals, 'naive'), totalOf(totals, 'all')),
    ],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        let [before, allFirst, allUnits, isStopped, isNaive] = [0, 0, 0, false, false];
        for (const share of shares) {
          let [first, units, logEvidence] = [0, 0, 0];
          for (let look = 0; look < 100; look += 1) {
            units += 200;
            first += binomial(random, 200, share);
            logEvidence = sampleRatioEvidence(counts(units, first, share)).logEvidence;
            isStopped ||= before + logEvidence > alarm;
          }
          before += logEvidence;
          allFirst += first;
          allUnits += units;
          isNaive ||= sampleRatioEvidence(counts(allUnits, allFirst, share)).logEvidence > alarm;
        }
        tally.add('all');
        tally.addIf('stopped', isStopped);
        tally.addIf('naive', isNaive);
      }
      return tally.totals();
    },
  };
}
