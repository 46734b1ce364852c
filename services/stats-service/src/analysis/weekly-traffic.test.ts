import { expect, test } from 'vitest';
import type { ComputedMetric } from '../results/metric-result.ts';
import { analyseLook, type Analysis } from './analyse.ts';
import { conversion, dayMs, lookAt, shares, startMs, values } from './analysis-inputs.test-support.ts';

const signup = conversion('signup');
const win = [[signup, shares([500, 5_000], [650, 5_000])]] as const;
const iso = (day: number): string => new Date(startMs + day * dayMs).toISOString();

function comparison({ results }: Analysis) {
  const [first] = results.metrics;
  const found = (first as ComputedMetric | undefined)?.comparisons[0];
  if (found === undefined) throw new Error('nothing was compared');
  return found;
}

test('A week at full rollout is the effect times the units of the last seven days, over the share that takes part', () => {
  // 1,000 new units a day, of which a quarter of half of the layer is enrolled.
  const snapshot = { split: { ranges: [{ from: 0, to: 100_000 }], layer: { ranges: [{ from: 0, to: 50_000 }] } } };
  const periods = [
    { number: 1, from: iso(0), to: null, expectedMilliPercent: [50_000, 50_000], enrolmentMilliPercent: 25_000, isPause: false },
  ];
  const analysis = analyseLook(lookAt({ metrics: win, settings: { snapshot, periods } }));
  const { traffic, decision } = analysis.results;
  expect(traffic).toMatchObject({ enrolledShare: 0.125, unitsPerWeek: 56_000 });
  const { effect, perWeek } = comparison(analysis);
  expect(perWeek?.value).toBeCloseTo(0.03 * 56_000, 6);
  expect(perWeek?.interval?.low).toBeCloseTo((effect.interval?.low ?? 0) * (traffic?.interval.low ?? 0), 9);
  expect(perWeek?.interval?.high).toBeCloseTo((effect.interval?.high ?? 0) * (traffic?.interval.high ?? 0), 9);
  expect(decision.detail[1]).toMatch(/^At full rollout, at today's traffic: \+[\d,]+ to \+[\d,]+ user keys that do it a week\.$/);
});

test('Traffic is not known before seven full days, after a raise of the enrolment, and around a pause', () => {
  expect(analyseLook(lookAt({ day: 6.9, metrics: win })).results.traffic).toBeNull();
  const first = analyseLook(lookAt({ day: 8, metrics: win }));
  expect(first.results.traffic).not.toBeNull();
  const raised = (day: number, last: Analysis) => {
    const periods = [
      {
        number: 1,
        from: iso(0),
        to: null,
        expectedMilliPercent: [50_000, 50_000],
        enrolmentMilliPercent: 60_000,
        isPause: false,
      },
    ];
    return analyseLook(lookAt({ day, metrics: win, settings: { periods }, past: { evidence: last.evidence } }));
  };
  const second = raised(8.2, first);
  expect(second.evidence.enrolment).toEqual({ milliPercent: 60_000, since: iso(8.2) });
  expect(second.results.traffic).toBeNull();
  expect(raised(15.9, second).results.traffic).toBeNull();
  expect(raised(16, second).results.traffic).toMatchObject({ enrolledShare: 0.6 });
  const expectedMilliPercent = [50_000, 50_000];
  const paused = [
    { number: 1, from: iso(0), to: iso(5), expectedMilliPercent, enrolmentMilliPercent: 100_000, isPause: false },
    { number: 2, from: iso(5), to: iso(5.5), expectedMilliPercent, enrolmentMilliPercent: 100_000, isPause: true },
    { number: 3, from: iso(5.5), to: null, expectedMilliPercent, enrolmentMilliPercent: 100_000, isPause: false },
  ];
  const during = (day: number) => analyseLook(lookAt({ day, metrics: win, settings: { periods: paused } })).results.traffic;
  expect(during(12)).toBeNull();
  expect(during(13)).not.toBeNull();
});

test('What does not add up over units has no figure of a week, nor has what goes on growing', () => {
  const open = conversion('open', 'primary', { windowHours: 0 });
  expect(comparison(analyseLook(lookAt({ metrics: [[open, win[0][1]]] }))).perWeek).toBeNull();
  const ratio = values([
    [10, 2, 5_000],
    [11, 2, 5_000],
  ]);
  const figures = { ...ratio, columns: ['numerator', 'denominator'] as const };
  const cells = ratio.matured.map((cell) => ({
    ...cell,
    means: [...cell.means, 4],
    products: [
      [20_000, 0],
      [0, 20_000],
    ],
  }));
  const asked = [[signup, { ...figures, matured: cells, all: cells }]] as const;
  const found = comparison(analyseLook(lookAt({ metrics: asked })));
  expect(found.effect.difference).toBeCloseTo(0.25, 9);
  expect(found.perWeek).toBeNull();
});
