import {
  adjustedEstimates,
  compareArms,
  compareEstimates,
  crossMomentsOf,
  estimateOf,
  meanStatistic,
  momentsOfConversions,
  quantileOfSorted,
  ratioStatistic,
  simultaneous,
  unitsPerSquaredSkewness,
  type ArmAnswer,
  type Moments,
} from '@stitchd/statistics';
import { binomial } from '../samples/binomial.ts';
import { normalPairMoments } from '../samples/sum-of-normals.ts';
import { visitsOf } from '../samples/visits.ts';
import { inflatedMoments, zeroInflated } from '../samples/zero-inflated.ts';
import { shareFigure, type Cell, type Figure } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
const full = 30_000;
const nominal = { low: 0.044, high: 0.056 };
const splits = [
  { name: '50/50', shares: [0.5, 0.5] },
  { name: '10/90', shares: [0.9, 0.1] },
] as const;

/** Experiments without effect, each looked at once. */
export const fixedLook = {
  key: 'fixed-look',
  title: 'One look at the end',
  explanation:
    'Experiments without any effect, analysed once. One in twenty may be called, at 95 %; what is called more or less often than that says that the method is off. A long tail at a 10/90 split is the hard case: it may be called more often, and then has to be warned of; a cap over both arms mends it.',
  cells: [
    ...splits.flatMap(({ name, shares }) => [0.01, 0.05, 0.1].map((rate) => conversions(name, shares, rate))),
    ...splits.map(({ name, shares }) => longTail(name, shares)),
    ratio('50/50', [250, 250]),
    ratio('10/90', [450, 50]),
    threeArms(),
    adjusted(),
  ],
};

function falseAlarms(band: Figure['band'] = nominal): Cell['judge'] {
  return (totals) => [shareFigure('called', totalOf(totals, 'called'), totalOf(totals, 'all'), band)];
}

function conversions(split: string, shares: readonly [number, number], rate: number): Cell {
  return {
    name: `conversions at ${rate * 100} %, ${split}`,
    replications: { fast: 300, full },
    // About 40 conversions in the smaller arm are called a little less often than 5 %.
    judge: falseAlarms(rate < 0.02 ? { low: 0.04, high: nominal.high } : nominal),
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const [control, treatment] = pairOf(shares, (share) => {
          const units = Math.round(share * 40_000);
          return momentsOfConversions(binomial(random, units, rate), units);
        });
        const { look } = atTheEnd(control, treatment, { isShare: true });
        tally.add('all');
        tally.addIf('called', look.pValue < alpha);
      }
      return tally.totals();
    },
  };
}

const pairOf = <T>([first, second]: readonly [number, number], make: (share: number) => T): readonly [T, T] => [
  make(first),
  make(second),
];

/** As a page compares two arms of one period at their one look. */
function atTheEnd(control: Moments, treatment: Moments, { isShare = false, level = alpha } = {}): ArmAnswer {
  const conversionsOf = ({ n, mean }: Moments) => ({ successes: Math.round(n * mean), trials: n });
  const arms = [control, treatment].map(({ n, mean, m2 }) => ({ n, means: [mean], products: [[m2]] }));
  const answer = compareArms({
    periods: [[{ key: 'all', arms, covariates: [] }]],
    target: meanStatistic(0),
    adjustment: 'off',
    rule: { kind: 'fixed' },
    alpha: level,
    ...(isShare && { conversions: { control: conversionsOf(control), treatment: conversionsOf(treatment) } }),
  });
  if (answer.kind !== 'ok') throw new Error('the arms could not be compared');
  return answer;
}

function longTail(split: string, shares: readonly [number, number]): Cell {
  const even = shares[0] === shares[1];
  return {
    name: `revenue, 5 % buy, long tail, ${split}`,
    replications: { fast: 40, full: 6000 },
    judge: (totals) => [
      shareFigure('called, capped at 99 %', totalOf(totals, 'capped'), totalOf(totals, 'all'), {
        high: even ? nominal.high : 0.07,
      }),
      shareFigure(
        'called, uncapped',
        totalOf(totals, 'called'),
        totalOf(totals, 'all'),
        even ? { high: nominal.high } : undefined,
      ),
      shareFigure('uncapped is warned of', totalOf(totals, 'warned'), totalOf(totals, 'all'), even ? undefined : { low: 0.95 }),
    ],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const arms = pairOf(shares, (share) => zeroInflated(random, Math.round(share * 40_000), 0.05));
        const cap = quantileOfSorted(
          arms.flatMap(({ values }) => values).toSorted((x, y) => x - y),
          0.99,
        );
        const [control, treatment] = [inflatedMoments(arms[0]), inflatedMoments(arms[1])];
        const cappedMoments = ({ units, values }: (typeof arms)[number]): Moments =>
          inflatedMoments({ units, values: values.map((value) => Math.min(cap, value)) }).moments;
        tally.addIf('capped', atTheEnd(cappedMoments(arms[0]), cappedMoments(arms[1])).look.pValue < alpha);
        tally.add('all');
        tally.addIf('called', atTheEnd(control.moments, treatment.moments).look.pValue < alpha);
        tally.addIf(
          'warned',
          [control, treatment].some(({ moments, skewness }) => moments.n < unitsPerSquaredSkewness * skewness ** 2),
        );
      }
      return tally.totals();
    },
  };
}

function ratio(split: string, units: readonly [number, number]): Cell {
  return {
    name: `clicks per view, 500 units, ${split}`,
    replications: { fast: 40, full: 20_000 },
    judge: (totals) => [
      ...falseAlarms()(totals),
      shareFigure('called when views are taken as units', totalOf(totals, 'naive'), totalOf(totals, 'all')),
    ],
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const arms = units.map((count) => crossMomentsOf(visitsOf(random, count)));
        const [control, treatment] = arms.map((moments) => estimateOf(moments, ratioStatistic(0, 1)));
        if (control?.kind !== 'ok' || treatment?.kind !== 'ok') throw new Error('a ratio could not be estimated');
        const outcome = compareEstimates(control.estimate, treatment.estimate, { alpha });
        const variance = arms.reduce((sum, { n, means: [clicks = 0, views = 0] }) => {
          const rate = clicks / views;
          return sum + (rate * (1 - rate)) / (n * views);
        }, 0);
        const difference = treatment.estimate.value - control.estimate.value;
        tally.add('all');
        tally.addIf('called', outcome.kind === 'ok' && outcome.pValue < alpha);
        tally.addIf('naive', Math.abs(difference) > 1.96 * Math.sqrt(variance));
      }
      return tally.totals();
    },
  };
}

/** Two treatments against one control, decided by Holm. */
function threeArms(): Cell {
  return {
    name: 'conversions at 5 %, three equal arms',
    replications: { fast: 200, full },
    judge: (totals) => [
      shareFigure('either called, Holm', totalOf(totals, 'holm'), totalOf(totals, 'all'), { high: 0.05 }),
      shareFigure('one given arm called, uncorrected', totalOf(totals, 'first'), totalOf(totals, 'all'), nominal),
      shareFigure('either called, uncorrected', totalOf(totals, 'either'), totalOf(totals, 'all')),
    ],
    simulate: (random, replications) => {
      const tally = new Tally();
      const units = 13_333;
      for (let index = 0; index < replications; index += 1) {
        const arm = (): Moments => momentsOfConversions(binomial(random, units, 0.05), units);
        const control = arm();
        const known = [arm(), arm()].map((treatment) => {
          const { difference, look } = atTheEnd(control, treatment, { isShare: true, level: alpha / 2 });
          return { difference, pValue: look.pValue, interval: look.interval ?? { low: -Infinity, high: Infinity } };
        });
        tally.add('all');
        tally.addIf(
          'holm',
          simultaneous(known, alpha).some(({ isCalled }) => isCalled),
        );
        tally.addIf('first', (known[0]?.pValue ?? 1) < alpha);
        tally.addIf(
          'either',
          known.some(({ pValue }) => pValue < alpha),
        );
      }
      return tally.totals();
    },
  };
}

function adjusted(): Cell {
  return {
    name: 'a mean adjusted by its past, ρ = 0.7, 10/90',
    replications: { fast: 200, full },
    judge: falseAlarms(),
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const arms = [normalPairMoments(random, 900, 0.7), normalPairMoments(random, 100, 0.7)];
        const outcome = adjustedEstimates([{ key: 'all', arms, covariates: [meanStatistic(1)] }], meanStatistic(0));
        const [control, treatment] = outcome.kind === 'ok' ? outcome.arms : [];
        if (control === undefined || treatment === undefined) throw new Error('an arm could not be adjusted');
        const compared = compareEstimates(control, treatment, { alpha });
        tally.add('all');
        tally.addIf('called', compared.kind === 'ok' && compared.pValue < alpha);
      }
      return tally.totals();
    },
  };
}
