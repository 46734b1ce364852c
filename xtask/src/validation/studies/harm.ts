import { conversionHarm, harmLevel, meanHarm, type Estimate, type SeededRandom } from '@stitchd/statistics';
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
    'A guardrail looked at every hour with the alarm that may stop an experiment at any time: it may ring in one of 300 sound experiments per window, and must ring soon when errors rise by half. Over all windows, guardrails and arms of an experiment together it may ring in one of 100 sound ones.',
  cells: [
    cellOf('errors at 2 %, no effect', 0.02, 0.02),
    cellOf('errors from 2 to 3 %', 0.02, 0.03),
    changedWeights(),
    fadingBenefit(),
    wholeExperiment(),
  ],
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
            [{ control: { units: a, weight: 1 }, treatment: { units: b, weight: 1 } }],
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

/** Nine to one for half of the time, then one to one, while errors become fewer: what pooled counts would take for an effect. */
function changedWeights(): Cell {
  const perHour = 120;
  const times = [
    { control: 9, treatment: 1, rate: 0.03 },
    { control: 1, treatment: 1, rate: 0.02 },
  ] as const;
  return {
    name: `errors from 3 to 2 % while weights go from 90/10 to 50/50, no effect, ${perHour} units per hour`,
    replications: { fast: 10, full: 3000 },
    judge: (totals) => {
      const all = totalOf(totals, 'all');
      return [
        shareFigure('rung on more errors, by counts', totalOf(totals, 'more'), all, { high: level }),
        shareFigure('rung on fewer errors, by counts', totalOf(totals, 'fewer'), all, { high: level }),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const counts = times.map(({ control, treatment }) => ({
          control: { units: 0, weight: control },
          treatment: { units: 0, weight: treatment },
        }));
        const rung = { more: false, fewer: false };
        for (let look = 1; look <= hourlyLooks; look += 1) {
          const place = look * 2 <= hourlyLooks ? 0 : 1;
          const now = counts[place];
          if (now === undefined) continue;
          const weight = now.control.weight + now.treatment.weight;
          const rate = times[place]?.rate ?? 0;
          for (const arm of [now.control, now.treatment]) arm.units += binomial(random, (perHour * arm.weight) / weight, rate);
          const come = counts.slice(0, place + 1);
          rung.more ||= conversionHarm(come, 'more', level).isAlarmed;
          rung.fewer ||= conversionHarm(come, 'fewer', level).isAlarmed;
        }
        tally.add('all');
        tally.addIf('more', rung.more);
        tally.addIf('fewer', rung.fewer);
      }
      return tally.totals();
    },
  };
}

/** A third as many errors at one to one, then as many as in the control at nine to one: what was good once is no harm later. */
function fadingBenefit(): Cell {
  const perHour = 120;
  const base = 0.03;
  return {
    name: `errors a third of the control's, then the same while weights go from 50/50 to 90/10, ${perHour} units per hour`,
    replications: { fast: 10, full: 3000 },
    judge: (totals) => [
      shareFigure('rung on more errors, by counts', totalOf(totals, 'more'), totalOf(totals, 'all'), { high: level }),
    ],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const early = { control: { units: 0, weight: 1 }, treatment: { units: 0, weight: 1 } };
        const late = { control: { units: 0, weight: 9 }, treatment: { units: 0, weight: 1 } };
        let more = false;
        for (let look = 1; look <= hourlyLooks; look += 1) {
          const isEarly = look * 2 <= hourlyLooks;
          const now = isEarly ? early : late;
          const share = now.treatment.weight / (now.control.weight + now.treatment.weight);
          now.control.units += binomial(random, Math.round(perHour * (1 - share)), base);
          now.treatment.units += binomial(random, Math.round(perHour * share), isEarly ? base / 3 : base);
          more ||= conversionHarm(isEarly ? [early] : [early, late], 'more', level).isAlarmed;
        }
        tally.add('all');
        tally.addIf('more', more);
      }
      return tally.totals();
    },
  };
}

function rateOf(count: number, n: number): Estimate {
  const value = count / n;
  return { n, value, variance: (value * (1 - value)) / (n - 1), degreesOfFreedom: n - 1 };
}

const guardrails = 3;
const treatments = 2;
/** The chance of an error within 1 hour, 24 hours and 7 days of the exposure: each window holds the one before. */
const withinWindows = [0.004, 0.01, 0.02];
const wholeLevel = harmLevel({ windows: withinWindows.length, metrics: guardrails, arms: treatments });

/** All alarms of an experiment: three guardrails in three windows, two treatments. */
function wholeExperiment(): Cell {
  return {
    name: 'three guardrails in three windows, two treatments, no effect',
    replications: { fast: 2, full: 3000 },
    judge: (totals) => [
      shareFigure('any rung, by counts', totalOf(totals, 'counts'), totalOf(totals, 'all'), { high: 0.01 }),
      shareFigure('any rung, by means', totalOf(totals, 'means'), totalOf(totals, 'all'), { high: 0.01 }),
    ],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const rung = Array.from({ length: guardrails }, () => guardrailAlarms(random));
        tally.add('all');
        tally.addIf(
          'counts',
          rung.some(({ byCounts }) => byCounts),
        );
        tally.addIf(
          'means',
          rung.some(({ byMeans }) => byMeans),
        );
      }
      return tally.totals();
    },
  };
}

function guardrailAlarms(random: SeededRandom): { readonly byCounts: boolean; readonly byMeans: boolean } {
  const perHour = 60;
  const counts = Array.from({ length: 1 + treatments }, () => withinWindows.map(() => 0));
  let [units, byCounts, byMeans] = [0, false, false];
  for (let look = 1; look <= hourlyLooks; look += 1) {
    units += perHour;
    for (const windows of counts) {
      // Those of the longest window first; each shorter one holds a part of them.
      let within = perHour;
      let before = 1;
      for (let window = withinWindows.length - 1; window >= 0; window -= 1) {
        const rate = withinWindows[window] ?? 0;
        within = binomial(random, within, rate / before);
        before = rate;
        windows[window] = (windows[window] ?? 0) + within;
      }
    }
    const [control = [], ...others] = counts;
    for (const windows of others)
      for (const [window, b] of windows.entries()) {
        const a = control[window] ?? 0;
        const arms = { control: { units: a, weight: 1 }, treatment: { units: b, weight: 1 } };
        byCounts ||= conversionHarm([arms], 'more', wholeLevel).isAlarmed;
        if (a + b < 20) continue;
        const mean = meanHarm(rateOf(a, units), rateOf(b, units), 'more', wholeLevel);
        byMeans ||= mean.kind === 'ok' && mean.isAlarmed;
      }
  }
  return { byCounts, byMeans };
}
