import { expect, test } from 'vitest';
import type { Cell, MeansFigures } from '../computation/figures.ts';
import type { HealthCheckName } from '../results/health-check.ts';
import { analyseLook, type Analysis } from './analyse.ts';
import { conversion, dayMs, lookAt, startMs, unitsOn } from './analysis-inputs.test-support.ts';

type Counts = readonly [control: number, treatment: number];

const iso = (ms: number): string => new Date(ms).toISOString();
const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Weights for a week, and other ones from then on. */
function changedAfterAWeek(first: Counts, second: Counts) {
  const period = (number: number, weights: Counts) => ({
    number,
    from: iso(startMs + (number - 1) * 7 * dayMs),
    to: number === 1 ? iso(startMs + 7 * dayMs) : null,
    expectedMilliPercent: weights.map((percent) => percent * 1_000),
    enrolmentMilliPercent: 100_000,
    isPause: false,
  });
  return [period(1, first), period(2, second)];
}

const unitsOf = (counts: readonly Counts[], mixed: readonly Counts[] = []) =>
  counts.flatMap((arms, index) =>
    arms.map((units, arm) => ({ period: index + 1, arm, units, mixedUnits: mixed[index]?.[arm] ?? 0 })),
  );

/** Units that convert with the probability of their period, whatever their arm. */
function convertingAlike(counts: readonly Counts[], rates: readonly number[], maturedPeriods: number): MeansFigures {
  const all = counts.flatMap((arms, index) =>
    arms.map((n, arm): Cell => {
      const rate = rates[index] ?? 0;
      return { n, means: [rate], products: [[n * rate * (1 - rate)]], period: index + 1, arm, stratum: 'new' };
    }),
  );
  const matured = all.filter(({ period }) => period <= maturedPeriods);
  const sumOf = (cells: readonly Cell[], arm: number) => total(cells.filter((cell) => cell.arm === arm).map(({ n }) => n));
  const doneBy = (cells: readonly Cell[], arm: number) =>
    total(cells.filter((cell) => cell.arm === arm).map(({ n, means }) => n * (means[0] ?? 0)));
  const arms = [0, 1].map((arm) => ({
    units: sumOf(all, arm),
    maturedUnits: sumOf(matured, arm),
    conversions: doneBy(all, arm),
    maturedConversions: doneBy(matured, arm),
    sum: doneBy(all, arm),
    skewness: null,
    capped: null,
    steps: null,
    largestShare: null,
  }));
  return { kind: 'means', columns: ['y'], isShare: true, matured, all, arms };
}

const health = ({ results }: Analysis, name: HealthCheckName) => results.health.find(({ check }) => check === name);

const ramp = changedAfterAWeek([90, 10], [50, 50]);

test.for([
  { name: 'only the first week has matured', rates: [0.05, 0.05], matured: 1, scale: 1 },
  { name: 'the base rate falls, and all have matured', rates: [0.12, 0.1], matured: 2, scale: 10 },
])('A change of weights without an effect is no harm where $name', ({ rates, matured, scale }) => {
  for (const direction of ['increase', 'decrease'] as const) {
    const counts: readonly Counts[] = [
      [9_000 * scale, 1_000 * scale],
      [5_000 * scale, 5_000 * scale],
    ];
    const look = analyseLook(
      lookAt({
        day: 14,
        metrics: [[conversion('signup', 'primary', { direction }), convertingAlike(counts, rates, matured)]],
        units: [14_000 * scale, 6_000 * scale],
        settings: { plannedUnits: 400_000, endsAt: iso(startMs + 30 * dayMs), periods: ramp },
        figures: {
          periodUnits: unitsOf(counts),
          // 12 hours after another change: the first day is over for those before it alone.
          harm: counts.flatMap((arms, index) =>
            arms.map((n, arm) => ({
              metric: 'signup',
              windowMs: dayMs,
              period: index + 1,
              arm,
              n: index === 0 ? n : 0,
              conversions: index === 0 ? n * (rates[0] ?? 0) : 0,
              moments: null,
            })),
          ),
        },
      }),
    );
    expect(look.results.decision.code).not.toBe('harm');
    const [metric] = look.results.metrics;
    const harm = metric?.kind === 'computed' ? metric.comparisons.flatMap((each) => each.harm) : [];
    expect(harm.map(({ windowHours, status, pValue }) => [windowHours, status, pValue])).toEqual([
      [24, 'ok', 1],
      [null, 'ok', 1],
    ]);
  }
});

test('Harm that is there is found across a change of weights, by how much within each time', () => {
  const counts: readonly Counts[] = [
    [9_000, 1_000],
    [5_000, 5_000],
  ];
  const alike = convertingAlike(counts, [0.12, 0.1], 2);
  const worse = alike.matured.map((cell) => (cell.arm === 0 ? cell : { ...cell, means: cell.means.map((mean) => mean * 0.6) }));
  const look = analyseLook(
    lookAt({
      day: 14,
      metrics: [[conversion('signup'), { ...alike, matured: worse, all: worse }]],
      units: [14_000, 6_000],
      settings: { plannedUnits: 400_000, endsAt: iso(startMs + 30 * dayMs), periods: ramp },
      figures: { periodUnits: unitsOf(counts) },
    }),
  );
  expect(look.results.decision.code).toBe('harm');
  const [metric] = look.results.metrics;
  expect(metric?.kind === 'computed' && metric.comparisons[0]?.harm.at(-1)).toMatchObject({ status: 'alarm' });
  expect(metric?.kind === 'computed' && metric.comparisons[0]?.harm.at(-1)?.by).toBeCloseTo(0.4, 3);
});

test('Whom a change of weights moved to another arm says nothing against the data; who came since and saw two arms does', () => {
  const counts: readonly Counts[] = [
    [9_000, 1_000],
    [5_000, 5_000],
  ];
  const look = (mixed: readonly Counts[], past?: Analysis) =>
    analyseLook(
      lookAt({
        day: 14,
        metrics: [[conversion('signup'), convertingAlike(counts, [0.05, 0.05], 2)]],
        units: [14_000, 6_000],
        settings: { periods: ramp },
        figures: { periodUnits: unitsOf(counts, mixed) },
        ...(past === undefined ? {} : { past: { evidence: past.evidence } }),
      }),
    );
  const moved = look([
    [1_200, 0],
    [3, 2],
  ]);
  expect(health(moved, 'mixed-units')).toMatchObject({ status: 'ok', figures: [{}, { value: 3 }, { value: 2 }] });
  expect(health(moved, 'mixed-units')?.cause).toContain('came before the weights were changed last, 1,200 saw two arms as well');
  const wrong = look([
    [1_200, 0],
    [400, 100],
  ]);
  expect(health(wrong, 'mixed-units')?.status).toBe('broken');
  expect(wrong.results.decision.code).toBe('broken');
  // It stays known, by its own share, when those who come later dilute it.
  const diluted = look(
    [
      [1_200, 0],
      [3, 2],
    ],
    wrong,
  );
  expect(diluted.results.decision).toMatchObject({ code: 'broken', detail: [expect.stringContaining('5.0\u00A0% of units')] });
  expect(health(diluted, 'mixed-units')?.cause).toContain('An earlier look found 5\u00A0% of the units in two arms');
});

test('What mixed units said before a change of weights says nothing of those who came since', () => {
  const metrics = [[conversion('signup'), convertingAlike([[5_000, 5_000]], [0.05], 1)]] as const;
  // Different by arm, but far too few to matter.
  const before = analyseLook(lookAt({ metrics, figures: { periodUnits: unitsOf([[5_000, 5_000]], [[70, 1]]) } }));
  expect(health(before, 'mixed-units')?.status).toBe('ok');
  const counts: readonly Counts[] = [
    [5_000, 5_000],
    [4_000, 6_000],
  ];
  const since = analyseLook(
    lookAt({
      day: 14,
      metrics: [[conversion('signup'), convertingAlike(counts, [0.05, 0.05], 2)]],
      units: [9_000, 11_000],
      settings: { periods: changedAfterAWeek([50, 50], [40, 60]) },
      figures: {
        periodUnits: unitsOf(counts, [
          [70, 1],
          [80, 120],
        ]),
      },
      past: { evidence: before.evidence },
    }),
  );
  expect(health(since, 'mixed-units')?.status).toBe('warning');
});

test('Units of another time are no imbalance before the exposure', () => {
  const counts: readonly Counts[] = [
    [9_000, 1_000],
    [5_000, 5_000],
  ];
  // The early ones did much, the late ones little, in both arms.
  const figures = (shift: number): MeansFigures => {
    const cells = counts.flatMap((arms, index) =>
      arms.map((n, arm): Cell => {
        const before = (index === 0 ? 10 : 4) + shift * arm;
        return {
          n,
          means: [5, before],
          products: [
            [n * 4, 0],
            [0, n * 4],
          ],
          period: index + 1,
          arm,
          stratum: 'history',
        };
      }),
    );
    return { ...convertingAlike(counts, [0.05, 0.05], 2), columns: ['y', 'x'], isShare: false, matured: cells, all: cells };
  };
  const check = (shift: number) =>
    health(
      analyseLook(
        lookAt({
          day: 14,
          metrics: [[conversion('revenue', 'primary', { type: 'sum' } as never), figures(shift)]],
          units: [14_000, 6_000],
          settings: { periods: ramp },
          figures: { periodUnits: unitsOf(counts) },
        }),
      ),
      'pre-period',
    );
  expect(check(0)?.status).toBe('ok');
  expect(check(0.5)?.status).toBe('broken');
});

test('A platform whose sizes did not fit stays known when units that came since dilute it', () => {
  const metrics = [[conversion('signup'), convertingAlike([[5_000, 5_000]], [0.1], 1)]] as const;
  const look = (dimensionUnits: readonly ReturnType<typeof unitsOn>[], past?: Analysis) =>
    analyseLook(
      lookAt({ metrics, figures: { dimensionUnits }, ...(past === undefined ? {} : { past: { evidence: past.evidence } }) }),
    );
  const found = look([unitsOn('ios', 0, 2_000), unitsOn('ios', 1, 1_500), unitsOn('web', 0, 3_000), unitsOn('web', 1, 3_500)]);
  expect(health(found, 'sample-ratio-platforms')?.status).toBe('broken');
  const even = [unitsOn('ios', 0, 5_000), unitsOn('ios', 1, 5_000)];
  expect(health(look(even), 'sample-ratio-platforms')?.status).toBe('ok');
  const later = look(even, found);
  expect(health(later, 'sample-ratio-platforms')).toMatchObject({ status: 'broken', remedy: expect.stringContaining('restart') });
  expect(health(later, 'sample-ratio-platforms')?.cause).toMatch(/^An earlier look found that the sizes do not fit on platform /);
  expect(later.results.decision.code).toBe('broken');
  expect(health(look(even, later), 'sample-ratio-platforms')?.status).toBe('broken');
});
