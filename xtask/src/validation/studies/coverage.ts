import {
  highestBar,
  momentsOfConversions,
  normalSurvival,
  obrienFlemingBoundary,
  relativeLift,
  studentTQuantile,
  welch,
  type SeededRandom,
} from '@stitchd/statistics';
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
    'Experiments with effects from −50 to +50 %. An interval at 95 % has to contain the truth in 95 of 100, and to miss it as often on one side as on the other; that of the planned design at all of its looks together, and so at the look at which somebody stops because of it. Relative intervals are by Fieller.',
  cells: [
    ...[500, 5000, 50_000].flatMap((units) => [-0.5, -0.1, 0, 0.1, 0.5].map((lift) => cellOf(units, lift))),
    simultaneous(0.1, 20_000),
    simultaneous(0.11, 20_000),
    simultaneous(0.12, 40_000),
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

/** Repeated intervals: at every look, at the one that stops the experiment, and the relative one there. */
function simultaneous(treated: number, full: number): Cell {
  return {
    name: `planned design, 336 looks, conversions from 10 to ${treated * 100} %`,
    replications: { fast: 30, full },
    judge: (totals) => {
      const all = totalOf(totals, 'all');
      return [
        shareFigure('contained at every look', totalOf(totals, 'always'), all, { low: 0.95 }),
        shareFigure('contained at the look that stops it', totalOf(totals, 'stopped'), all, { low: 0.95 }),
        shareFigure('lift contained at the look that stops it', totalOf(totals, 'lift'), all, { low: 0.95 }),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const held = follow(random, treated);
        tally.add('all');
        tally.addIf('always', held.always);
        tally.addIf('stopped', held.stopped);
        tally.addIf('lift', held.lift);
      }
      return tally.totals();
    },
  };
}

const unitsPerLook = 50;
const stepBase = 0.1;
const bars = hourlyShares.map((share) => obrienFlemingBoundary(alpha) / Math.sqrt(share));
/** Of the interval: the look's bar in Student's distribution; none while it is too early for any. */
const criticalValues = bars.map((value, look) =>
  value > highestBar ? Infinity : -studentTQuantile(normalSurvival(value), 2 * (unitsPerLook * (look + 1) - 1)),
);

function follow(random: SeededRandom, treated: number): Readonly<Record<'always' | 'stopped' | 'lift', boolean>> {
  const truth = treated - stepBase;
  let [units, a, b, always] = [0, 0, 0, true];
  let ended: { readonly stopped: boolean; readonly lift: boolean } | undefined;
  for (let look = 0; look < hourlyLooks; look += 1) {
    units += unitsPerLook;
    a += binomial(random, unitsPerLook, stepBase);
    b += binomial(random, unitsPerLook, treated);
    const error = Math.sqrt((a * (1 - a / units) + b * (1 - b / units)) / units / (units - 1));
    const criticalValue = criticalValues[look] ?? Infinity;
    // Without variance or too early there is no interval.
    if (error === 0 || criticalValue === Infinity) continue;
    const isContained = Math.abs((b - a) / units - truth) <= criticalValue * error;
    always &&= isContained;
    if (ended !== undefined || !(Math.abs(b - a) / units > criticalValue * error || look === hourlyLooks - 1)) continue;
    const mean = (count: number) => ({ mean: count / units, variance: (count * (1 - count / units)) / units / (units - 1) });
    const relative = relativeLift({ control: mean(a), treatment: mean(b), criticalValue });
    const lift = truth / stepBase;
    ended = {
      stopped: isContained,
      lift: relative.kind !== 'measurable' || (relative.interval.low <= lift && lift <= relative.interval.high),
    };
  }
  return { always, stopped: ended?.stopped ?? false, lift: ended?.lift ?? false };
}
