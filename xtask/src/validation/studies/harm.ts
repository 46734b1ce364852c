import { conversionHarm, harmLevel, meanHarm, type Estimate } from '@stitchd/statistics';
import { binomial } from '../samples/binomial.ts';
import { hourlyLooks } from '../samples/hourly.ts';
import { meanFigure, shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

/** One guardrail with three windows. */
const level = harmLevel({ windows: 3, metrics: 1, arms: 1 });

/** Alarms about harm. */
export const harm = {
  key: 'harm',
  title: 'Alarms about harm',
  explanation:
    'A guardrail looked at every hour with the alarm that may stop an experiment at any time: it may ring in one of 300 sound experiments per window, and must ring soon when errors rise by half.',
  cells: [cellOf('errors at 2 %, no effect', 0.02, 0.02), cellOf('errors from 2 to 3 %', 0.02, 0.03)],
};

function cellOf(name: string, base: number, treated: number): Cell {
  const isSound = base === treated;
  const perHour = 60;
  return {
    name: `${name}, ${perHour} units per arm and hour`,
    replications: { fast: 10, full: isSound ? 5000 : 1000 },
    judge: (totals) => {
      const all = totalOf(totals, 'all');
      const band = isSound ? { high: level } : { low: 0.9 };
      const hours = {
        sum: totalOf(totals, 'hours'),
        squares: totalOf(totals, 'hours²'),
        trials: Math.max(1, totalOf(totals, 'counts')),
      };
      return [
        shareFigure('rung, by counts', totalOf(totals, 'counts'), all, band),
        shareFigure('rung, by means', totalOf(totals, 'means'), all, band),
        ...(isSound ? [] : [meanFigure('hours until rung by counts, on average', hours)]),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        let [units, a, b, hour] = [0, 0, 0, 0];
        let [byCounts, byMeans] = [false, false];
        for (let look = 1; look <= hourlyLooks && !(byCounts && byMeans); look += 1) {
          units += perHour;
          a += binomial(random, perHour, base);
          b += binomial(random, perHour, treated);
          const wasRung = byCounts;
          byCounts ||= conversionHarm(
            { control: { units: a, weight: 1 }, treatment: { units: b, weight: 1 } },
            'more',
            level,
          ).isAlarmed;
          if (byCounts && !wasRung) hour = look;
          const mean = meanHarm(rateOf(a, units), rateOf(b, units), 'more', level);
          byMeans ||= a + b >= 20 && mean.kind === 'ok' && mean.isAlarmed;
        }
        tally.add('all');
        tally.addIf('counts', byCounts);
        tally.addIf('means', byMeans);
        tally.addValue('hours', hour);
      }
      return tally.totals();
    },
  };
}

function rateOf(count: number, n: number): Estimate {
  const value = count / n;
  return { n, value, variance: (value * (1 - value)) / (n - 1), degreesOfFreedom: n - 1 };
}
