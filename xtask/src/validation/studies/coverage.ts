import { momentsOfConversions, obrienFlemingBoundary, relativeLift, welch } from '@stitchd/statistics';
import { binomial } from '../samples/binomial.ts';
import { hourlyLooks, hourlyShares } from '../samples/hourly.ts';
import { binomialBand, shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
const full = 20_000;
const nominal = binomialBand(1 - alpha, full);
/** Conversion rates are steps of 1/n: the design's ±0.5 points where chance alone asks for less. */
const band = { low: Math.min(0.945, nominal.low), high: Math.max(0.955, nominal.high) };
const base = 0.2;

/** Whether intervals hold what they promise. */
export const coverage = {
  key: 'coverage',
  title: 'Intervals that contain the truth',
  explanation:
    'Experiments with effects from −50 to +50 %. An interval at 95 % has to contain the truth in 95 of 100, and to miss it as often on one side as on the other; that of the planned design at all of its looks together. Relative intervals are by Fieller.',
  cells: [
    ...[500, 5000, 50_000].flatMap((units) => [-0.5, -0.1, 0, 0.1, 0.5].map((lift) => cellOf(units, lift))),
    simultaneous(),
  ],
};

function cellOf(units: number, lift: number): Cell {
  const treated = base * (1 + lift);
  return {
    name: `${units.toLocaleString('en')} units per arm, lift ${lift * 100} %`,
    replications: { fast: 40, full },
    judge: (totals) => {
      const all = totalOf(totals, 'all');
      const tail = { low: 0.015, high: 0.035 };
      return [
        shareFigure('difference contained', totalOf(totals, 'absolute'), all, band),
        shareFigure('lift contained', totalOf(totals, 'relative'), all, band),
        shareFigure('lift below the interval', totalOf(totals, 'below'), all, tail),
        shareFigure('lift above the interval', totalOf(totals, 'above'), all, tail),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const [a, b] = [binomial(random, units, base), binomial(random, units, treated)];
        const outcome = welch(momentsOfConversions(a, units), momentsOfConversions(b, units), { alpha });
        if (outcome.kind !== 'ok') throw new Error(outcome.reason);
        const mean = (count: number) => ({ mean: count / units, variance: (count * (1 - count / units)) / units / (units - 1) });
        const relative = relativeLift({ control: mean(a), treatment: mean(b), criticalValue: outcome.criticalValue });
        if (relative.kind !== 'measurable') throw new Error(relative.reason);
        const { interval } = relative;
        tally.add('all');
        tally.addIf('absolute', outcome.interval.low <= treated - base && treated - base <= outcome.interval.high);
        tally.addIf('relative', interval.low <= lift && lift <= interval.high);
        tally.addIf('below', lift < interval.low);
        tally.addIf('above', lift > interval.high);
      }
      return tally.totals();
    },
  };
}

function simultaneous(): Cell {
  const bar = obrienFlemingBoundary(alpha);
  const bars = hourlyShares.map((share) => bar / Math.sqrt(share));
  return {
    name: 'planned design, 336 looks, conversions from 10 to 12 %',
    replications: { fast: 60, full: 8000 },
    judge: (totals) => [shareFigure('contained at every look', totalOf(totals, 'held'), totalOf(totals, 'all'), { low: 0.945 })],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        let [units, a, b, isHeld] = [0, 0, 0, true];
        for (let look = 0; look < hourlyLooks; look += 1) {
          units += 50;
          a += binomial(random, 50, 0.1);
          b += binomial(random, 50, 0.12);
          const error = Math.sqrt((a * (1 - a / units) + b * (1 - b / units)) / units / (units - 1));
          isHeld &&= Math.abs((b - a) / units - 0.02) <= (bars[look] ?? 0) * error || error === 0;
        }
        tally.add('all');
        tally.addIf('held', isHeld);
      }
      return tally.totals();
    },
  };
}
