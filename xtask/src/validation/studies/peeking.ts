import {
  compareEstimates,
  crossMomentsOf,
  endDateCriticalValue,
  judgeLook,
  meanStatistic,
  obrienFlemingBoundary,
  sequenceCriticalValue,
  type Estimate,
  type LookRule,
  type SeededRandom,
} from '@stitchd/statistics';
import { hourlyLooks, hourlyShares } from '../samples/hourly.ts';
import {
  adjustedLooks,
  batchLooks,
  conversionLooks,
  quantileLooks,
  ratioOfColumns,
  type ArmsAtLook,
  type Experiments,
} from '../samples/looks.ts';
import { visitsOf } from '../samples/visits.ts';
import { zeroInflated } from '../samples/zero-inflated.ts';
import { shareFigure, type Cell, type Figure, type Totals } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
const perHour = 30;

/** Experiments without effect, looked at every hour for two weeks. */
export const peeking = {
  key: 'peeking',
  title: 'A look every hour',
  explanation:
    'Experiments without any effect, looked at 336 times and called at the first look that says so. The planned design is the default; the always-valid one is for runs without a plan. What a test for one look does under the same looks is shown for comparison: that is the green badge of tools that do not account for looking.',
  cells: [
    watched('conversions at 5 %, 30 units per arm and hour', conversionLooks(perHour, 0.05), { fast: 60, full: 10_000 }),
    watched('conversions at 5 %, 300 units per arm and hour', conversionLooks(300, 0.05), {
      fast: 30,
      full: 10_000,
      perHour: 300,
    }),
    watched('conversions at 5 %, three arms', conversionLooks(perHour, 0.05, 3), { fast: 40, full: 10_000, arms: 3 }),
    watched('clicks per view', batchLooks(visits, ratioOfColumns), { fast: 30, full: 10_000 }),
    watched('revenue, 5 % buy, long tail, capped', batchLooks(revenue, meanStatistic(0)), { fast: 30, full: 10_000 }),
    watched('a mean adjusted by its past, ρ = 0.7, adjusted anew at every look', adjustedLooks(perHour, 0.7), {
      fast: 10,
      full: 8000,
    }),
    watched('median, 10 units per arm and hour', quantileLooks(10, 0.5), { fast: 4, full: 6000, perHour: 10 }),
    watched('quantile 90, 10 units per arm and hour', quantileLooks(10, 0.9), { fast: 4, full: 6000, perHour: 10 }),
    endDateCell(),
  ],
};

function visits(random: SeededRandom): ReturnType<typeof crossMomentsOf> {
  return crossMomentsOf(visitsOf(random, perHour));
}

/** The cap is the 99th percentile of those who buy: exp(3 + 1.5·2.326). */
const cap = Math.exp(3 + 1.5 * 2.326);

function revenue(random: SeededRandom): ReturnType<typeof crossMomentsOf> {
  const { units, values } = zeroInflated(random, perHour, 0.05);
  return crossMomentsOf(Array.from({ length: units }, (_, unit) => [Math.min(cap, values[unit] ?? 0), 0]));
}

/** One design: at which |z| it calls, and how the engine is to judge a look that comes so far. */
interface Design {
  readonly name: string;
  readonly bars: readonly number[];
  readonly ruleAt: (look: number, units: number) => LookRule;
  readonly alpha: number;
}

function designsOf(arms: number, unitsPerHour: number): readonly Design[] {
  // Each arm against the first has its share of α.
  const each = alpha / (arms - 1);
  const bar = obrienFlemingBoundary(each);
  return [
    {
      name: 'planned',
      bars: hourlyShares.map((share) => bar / Math.sqrt(share)),
      ruleAt: (look) => ({ kind: 'planned', share: hourlyShares[look] ?? 1 }),
      alpha: each,
    },
    {
      name: 'always',
      bars: hourlyShares.map((_, look) => {
        const units = 2 * unitsPerHour * (look + 1);
        return units < 400 ? Infinity : sequenceCriticalValue({ units, alpha: each, sides: 'two' });
      }),
      ruleAt: (_, units) => ({ kind: 'unplanned', units }),
      alpha: each,
    },
    { name: 'naive', bars: hourlyShares.map(() => 1.96), ruleAt: () => ({ kind: 'fixed' }), alpha },
  ];
}

function watched(
  name: string,
  experiments: Experiments,
  run: { readonly fast: number; readonly full: number; readonly perHour?: number; readonly arms?: number },
): Cell {
  return {
    name,
    replications: { fast: run.fast, full: run.full },
    judge: judgeAll,
    simulate: (random, replications) => {
      const tally = new Tally();
      const begin = experiments(random);
      const designs = designsOf(run.arms ?? 2, run.perHour ?? perHour);
      for (let index = 0; index < replications; index += 1) {
        const called = watch(begin(), designs);
        tally.add('all');
        for (const { name: design } of designs) tally.addIf(design, called.has(design));
      }
      return tally.totals();
    },
  };
}

function watch(look: (bar: number) => ArmsAtLook, designs: readonly Design[]): ReadonlySet<string> {
  const called = new Set<string>();
  for (let index = 0; index < hourlyLooks; index += 1) {
    const [control, ...treatments] = look(designs[0]?.bars[index] ?? Infinity) ?? [];
    if (control === undefined) continue;
    for (const treatment of treatments)
      for (const design of designs) {
        if (!called.has(design.name) && isCalled([control, treatment], design, index)) called.add(design.name);
      }
  }
  return called;
}

/** The engine is asked only where |z| is beyond the normal bar: with fewer degrees of freedom its own is further out. */
function isCalled([control, treatment]: readonly [Estimate, Estimate], design: Design, look: number): boolean {
  const squaredError = control.variance + treatment.variance;
  const bar = design.bars[look] ?? Infinity;
  if (!((treatment.value - control.value) ** 2 >= bar * bar * squaredError)) return false;
  const compared = compareEstimates(control, treatment, { alpha: design.alpha });
  if (compared.kind !== 'ok') return false;
  const judged = judgeLook(compared, design.ruleAt(look, control.n + treatment.n), design.alpha);
  return judged.kind === 'ok' && judged.isCrossed;
}

function judgeAll(totals: Totals): readonly Figure[] {
  const all = totalOf(totals, 'all');
  return [
    shareFigure('called, planned design', totalOf(totals, 'planned'), all, { high: 0.055 }),
    shareFigure('called, always-valid', totalOf(totals, 'always'), all, { high: 0.05 }),
    shareFigure('called, test for one look', totalOf(totals, 'naive'), all),
  ];
}

/** The calendar ends the test at 60 % of the plan. */
function endDateCell(): Cell {
  const share = 0.6;
  const lastLook = Math.round(share * hourlyLooks) - 1;
  const [planned] = designsOf(2, 100);
  if (planned === undefined) throw new Error('there is no planned design');
  const last = endDateCriticalValue(alpha, (lastLook + 1) / hourlyLooks);
  const design: Design = {
    ...planned,
    bars: planned.bars.map((bar, look) => (look === lastLook ? last : bar)),
    ruleAt: (look) => ({ kind: 'planned', share: hourlyShares[look] ?? 1, isEndDate: look === lastLook }),
  };
  return {
    name: 'conversions at 10 %, ended by date at 60 % of the plan',
    replications: { fast: 60, full: 10_000 },
    judge: (totals) => [shareFigure('called', totalOf(totals, 'called'), totalOf(totals, 'all'), { low: 0.044, high: 0.055 })],
    simulate: (random, replications) => {
      const tally = new Tally();
      const begin = conversionLooks(100, 0.1)(random);
      for (let index = 0; index < replications; index += 1) {
        const look = begin();
        let called = false;
        for (let at = 0; at <= lastLook && !called; at += 1) {
          const [control, treatment] = look(Infinity) ?? [];
          if (control !== undefined && treatment !== undefined) called = isCalled([control, treatment], design, at);
        }
        tally.add('all');
        tally.addIf('called', called);
      }
      return tally.totals();
    },
  };
}
