import { crossMomentsOf, defaultPermutations, momentsOf, seededRandom, type SeededRandom } from '@stitchd/statistics';
import { expect, test } from 'vitest';
import type { MeansFigures, UnitValues } from '../computation/figures.ts';
import type { ComputedMetric } from '../results/metric-result.ts';
import { analyse, analyseLook, type Analysis } from './analyse.ts';
import { conversion, lookAt, values, type Look } from './analysis-inputs.test-support.ts';

const revenue = {
  ...conversion('revenue'),
  definition: { type: 'sum', event: 'buy', windowHours: 24, delayHours: 0, direction: 'increase' },
} as never;

/** Values of units by arm, as a computation hands them over. */
function given(arms: readonly (readonly number[])[]): {
  readonly figures: MeansFigures;
  readonly unitValues: readonly UnitValues[];
} {
  const figures = values(
    arms.map((units) => {
      const { n, mean, m2 } = momentsOf(units);
      return [mean, Math.sqrt(m2 / (n - 1)), n] as const;
    }),
  );
  return {
    figures,
    unitValues: [{ metric: 'revenue', periods: [{ period: 1, arms: arms.map((units) => units.map((value) => [value])) }] }],
  };
}

const draw = (random: SeededRandom, count: number, mean: number): readonly number[] =>
  Array.from({ length: count }, () => mean + 4 * random.normal());

function lookOf(arms: readonly (readonly number[])[], more: Look = {}) {
  const { figures, unitValues } = given(arms);
  const settings = { plannedUnits: 200, endsAt: null, ...more.settings };
  const units = arms.map(({ length }) => length);
  return lookAt({ ...more, units, settings, metrics: [[revenue, figures]], figures: { unitValues, ...more.figures } });
}

function comparison({ results }: Analysis) {
  const found = (results.metrics[0] as ComputedMetric | undefined)?.comparisons[0];
  if (found === undefined) throw new Error('nothing was compared');
  return found;
}

const random = seededRandom(5);
const [control, better, alike] = [draw(random, 80, 10), draw(random, 80, 14), draw(random, 80, 10)];

test('Few units get a verdict by shuffled labels, with p at least 1/(permutations + 1) and an interval that agrees', () => {
  const analysis = analyseLook(lookOf([control, better]));
  const found = comparison(analysis);
  expect(found).toMatchObject({
    isCalled: true,
    uses: 'raw',
    adjusted: null,
    adjustment: { status: 'few-units' },
    effect: { method: 'randomisation', degreesOfFreedom: null, notComputable: null },
    verdict: { direction: 'up', share: 0.8 },
  });
  expect(found.effect.interval?.low).toBeGreaterThan(0);
  expect(found.effect.liftInterval?.low).toBeGreaterThan(0);
  // No shuffle is as far out: z is that of the least p there can be.
  expect(found.z).toBeCloseTo(3.8906, 3);
  expect(defaultPermutations).toBe(10_000);
  expect(analysis.results.decision).toMatchObject({ code: 'ship', variant: 'green' });
  expect(found.warnings).toContainEqual({ kind: 'few-units', variants: ['control', 'green'], atLeast: 200 });
});

test('Without an effect nothing is called, and the same inputs shuffle the same', () => {
  const inputs = lookOf([control, alike]);
  const [first, again] = [analyse(inputs), analyse(JSON.parse(JSON.stringify(inputs)) as typeof inputs)];
  expect(again).toEqual(first);
  const found = comparison(analyseLook(inputs));
  expect(found.isCalled).toBe(false);
  expect(found.effect.interval?.low).toBeLessThan(0);
  expect(found.effect.interval?.high).toBeGreaterThan(0);
});

test('Before half of the plan few units have a difference and no interval, and it is said how many are needed', () => {
  const half = [control.slice(0, 49), better.slice(0, 49)];
  const analysis = analyseLook(lookOf(half));
  expect(comparison(analysis)).toMatchObject({
    isCalled: false,
    verdict: null,
    effect: { notComputable: 'too-early', interval: null },
  });
  expect(comparison(analysis).effect.difference).toBeGreaterThan(0);
  expect(analysis.results.decision).toMatchObject({ code: 'too-early' });
  expect(analysis.results.decision.detail[0]).toContain('49 of 50 units in the smallest arm');
  expect(comparison(analyseLook(lookOf([control.slice(0, 50), better.slice(0, 50)]))).effect.method).toBe('randomisation');
});

test('Without their values few units have figures and no verdict, and it is said plainly', () => {
  const analysis = analyseLook(lookOf([control, better], { figures: { unitValues: [] } }));
  expect(comparison(analysis)).toMatchObject({ isCalled: false, verdict: null, effect: { method: 'student' } });
  expect(analysis.results.health.find(({ check }) => check === 'few-units')).toMatchObject({ status: 'warning' });
  expect(analysis.results.decision.code).not.toBe('ship');
});

test('A ratio that hangs on one unit is shuffled however many units there are', () => {
  const rows = (shift: number) => Array.from({ length: 250 }, (_, index) => [(index % 7) + shift, index === 0 ? 100 : 2]);
  const arms = [rows(0), rows(1)];
  const { figures } = given(arms.map((units) => units.map(([value = 0]) => value)));
  const cells = arms.map((units, arm) => ({ ...crossMomentsOf(units), period: 1, arm, stratum: 'new' as const }));
  const ratio: MeansFigures = {
    ...figures,
    columns: ['numerator', 'denominator'],
    matured: cells,
    all: cells,
    arms: figures.arms.map((arm) => ({ ...arm, largestShare: 100 / 598 })),
  };
  const metric = {
    ...conversion('revenue'),
    definition: { type: 'ratio', windowHours: 24, delayHours: 0, direction: 'increase' },
  } as never;
  const unitValues = [{ metric: 'revenue', periods: [{ period: 1, arms }] }];
  const settings = { plannedUnits: 500, endsAt: null };
  const analysis = analyseLook(lookAt({ units: [250, 250], settings, metrics: [[metric, ratio]], figures: { unitValues } }));
  expect(comparison(analysis).effect.method).toBe('randomisation');
  expect(comparison(analysis).warnings).toContainEqual({ kind: 'large-unit', variants: ['control', 'green'] });
});
