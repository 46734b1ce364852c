import {
  adjustedEstimates,
  combineCrossMoments,
  emptyCrossMoments,
  endDateCriticalValue,
  meanStatistic,
  obrienFlemingBoundary,
  sequenceCriticalValue,
  type SeededRandom,
} from '@stitchd/statistics';
import { binomial } from '../samples/binomial.ts';
import { hourlyLooks, hourlyShares } from '../samples/hourly.ts';
import { normalPairMoments } from '../samples/sum-of-normals.ts';
import { shareFigure, type Cell, type Figure, type Totals } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
const bar = obrienFlemingBoundary(alpha);
const plannedBars = hourlyShares.map((share) => bar / Math.sqrt(share));

/** Experiments without effect, looked at every hour for two weeks. */
export const peeking = {
  key: 'peeking',
  title: 'A look every hour',
  explanation:
    'Experiments without any effect, looked at 336 times and called at the first look that says so. The planned design is the default; the always-valid one is for runs without a plan. What a test for one look does under the same looks is shown for comparison: that is the green badge of tools that do not account for looking.',
  cells: [conversionCell(30), conversionCell(300), adjustedCell(), endDateCell()],
};

type Steps = (random: SeededRandom) => (look: number) => { readonly z: number; readonly units: number };

/** @param every how many hours are between looks; the units of a look are those of an hour */
function watched(steps: Steps, unitsPerLook: number, every = 1): (random: SeededRandom, replications: number) => Totals {
  const sequenceBars = hourlyShares.map((_, look) => {
    const units = 2 * unitsPerLook * (look + 1);
    return units < 400 ? Infinity : sequenceCriticalValue({ units, alpha, sides: 'two' });
  });
  return (random, replications) => {
    const tally = new Tally();
    for (let index = 0; index < replications; index += 1) {
      const step = steps(random);
      let [planned, always, naive] = [false, false, false];
      for (let look = every - 1; look < hourlyLooks; look += every) {
        const size = Math.abs(step(look).z);
        planned ||= size >= (plannedBars[look] ?? Infinity);
        always ||= size >= (sequenceBars[look] ?? Infinity);
        naive ||= size >= 1.96;
      }
      tally.add('all');
      tally.addIf('planned', planned);
      tally.addIf('always', always);
      tally.addIf('naive', naive);
    }
    return tally.totals();
  };
}

function judgeAll(totals: Totals): readonly Figure[] {
  const all = totalOf(totals, 'all');
  return [
    shareFigure('called, planned design', totalOf(totals, 'planned'), all, { high: 0.055 }),
    shareFigure('called, always-valid', totalOf(totals, 'always'), all, { high: 0.05 }),
    shareFigure('called, test for one look', totalOf(totals, 'naive'), all),
  ];
}

/** Conversions of both arms, look after look. */
function conversionSteps(unitsPerLook: number, rate: number): Steps {
  return (random) => {
    let [units, control, treatment] = [0, 0, 0];
    return () => {
      units += unitsPerLook;
      control += binomial(random, unitsPerLook, rate);
      treatment += binomial(random, unitsPerLook, rate);
      const [a, b] = [control / units, treatment / units];
      const variance = (a * (1 - a) + b * (1 - b)) / (units - 1);
      return { z: variance === 0 ? 0 : (b - a) / Math.sqrt(variance), units: 2 * units };
    };
  };
}

function conversionCell(unitsPerLook: number): Cell {
  return {
    name: `conversions at 5 %, ${unitsPerLook} units per arm and hour`,
    replications: { fast: 100, full: 10_000 },
    simulate: watched(conversionSteps(unitsPerLook, 0.05), unitsPerLook),
    judge: judgeAll,
  };
}

function adjustedCell(): Cell {
  const steps: Steps = (random) => {
    let arms = [emptyCrossMoments(2), emptyCrossMoments(2)];
    return (look) => {
      arms = arms.map((moments) => combineCrossMoments(moments, normalPairMoments(random, 30 * 8, 0.7)));
      const outcome = adjustedEstimates([{ key: 'all', arms, covariates: [meanStatistic(1)] }], meanStatistic(0));
      const [control, treatment] = outcome.kind === 'ok' ? outcome.arms : [];
      if (control === undefined || treatment === undefined) throw new Error('an arm could not be adjusted');
      const z = (treatment.value - control.value) / Math.sqrt(control.variance + treatment.variance);
      return { z, units: 60 * (look + 1) };
    };
  };
  return {
    name: 'a mean adjusted by its past, estimated anew at each of 42 looks',
    replications: { fast: 40, full: 5000 },
    simulate: watched(steps, 30, 8),
    judge: judgeAll,
  };
}

/** The calendar ends the test at 60 % of the plan. */
function endDateCell(): Cell {
  const share = 0.6;
  const lastLook = Math.round(share * hourlyLooks) - 1;
  const last = endDateCriticalValue(alpha, (lastLook + 1) / hourlyLooks);
  const steps = conversionSteps(100, 0.1);
  return {
    name: 'conversions at 10 %, ended by date at 60 % of the plan',
    replications: { fast: 200, full: 10_000 },
    judge: (totals) => [shareFigure('called', totalOf(totals, 'called'), totalOf(totals, 'all'), { low: 0.044, high: 0.055 })],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const step = steps(random);
        let called = false;
        for (let look = 0; look <= lastLook; look += 1) {
          const critical = look === lastLook ? last : (plannedBars[look] ?? Infinity);
          called = Math.abs(step(look).z) >= critical || called;
        }
        tally.add('all');
        tally.addIf('called', called);
      }
      return tally.totals();
    },
  };
}
