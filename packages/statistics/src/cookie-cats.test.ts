import { describe, expect, test } from 'vitest';
import { compareArms } from './comparison/compare-arms.ts';
import { welch } from './difference/welch.ts';
import { meanStatistic } from './estimate/statistic.ts';
import { momentsOf, momentsOfConversions, type Moments } from './moments/moments.ts';
import { sampleRatioTest } from './sample-ratio/chi-square-test.ts';
import { sharedText } from './shared-material.test-support.ts';

/** The published figures of a real A/B test with 90,189 players, as printed: the analysis has to find every digit. */
const printed = {
  retention_1: {
    means: ['0.4481879195', '0.4422827497'],
    difference: '-0.0059051698',
    standardError: '0.0033099290',
    t: '-1.7840775',
    degreesOfFreedom: '90155.11',
    pValue: '0.074414437',
    interval: ['-0.0123925985', '0.0005822589'],
    liftPercent: '-1.31757',
  },
  retention_7: {
    means: ['0.1902013423', '0.1820000440'],
    difference: '-0.0082012983',
    standardError: '0.0025920428',
    t: '-3.1640289',
    degreesOfFreedom: '90079.83',
    pValue: '0.0015565302',
    interval: ['-0.0132816770', '-0.0031209196'],
    liftPercent: '-4.31190',
  },
  sum_gamerounds: {
    means: ['52.4562639821', '51.2987755281'],
    difference: '-1.1574884540',
    standardError: '1.3072504173',
    t: '-0.8854374',
    degreesOfFreedom: '58595.48',
    pValue: '0.37592438',
    interval: ['-3.7197051165', '1.4047282086'],
    liftPercent: '-2.20658',
  },
} as const;

type Metric = keyof typeof printed;
type Arms = readonly [gate30: Moments, gate40: Moments];

function expectPrinted(actual: number, text: string): void {
  expect(actual.toFixed(text.split('.')[1]?.length ?? 0)).toBe(text);
}

function expectFigures(metric: Metric, arms: Arms): void {
  const expected = printed[metric];
  arms.forEach((arm, index) => expectPrinted(arm.mean, expected.means[index] ?? ''));
  const figures = welch(...arms, { alpha: 0.05 });
  if (figures.kind !== 'ok') throw new Error(figures.reason);
  expectPrinted(figures.standardError, expected.standardError);
  expectPrinted(figures.t, expected.t);
  expectPrinted(figures.degreesOfFreedom, expected.degreesOfFreedom);
  const isShare = metric !== 'sum_gamerounds';
  const conversions = ({ n, mean }: Moments) => ({ successes: Math.round(n * mean), trials: n });
  const answer = compareArms({
    periods: [[{ key: 'all', arms: arms.map(({ n, mean, m2 }) => ({ n, means: [mean], products: [[m2]] })), covariates: [] }]],
    target: meanStatistic(0),
    adjustment: 'off',
    rule: { kind: 'fixed' },
    alpha: 0.05,
    ...(isShare && { conversions: { control: conversions(arms[0]), treatment: conversions(arms[1]) } }),
  });
  if (answer.kind !== 'ok') throw new Error(answer.reason);
  const { difference, look, lift, method } = answer;
  expect(method).toBe('student');
  expectPrinted(difference, expected.difference);
  expectPrinted(look.pValue, expected.pValue);
  expectPrinted(look.interval?.low ?? Number.NaN, expected.interval[0]);
  expectPrinted(look.interval?.high ?? Number.NaN, expected.interval[1]);
  if (lift.kind !== 'measurable') throw new Error(lift.reason);
  expectPrinted(lift.lift * 100, expected.liftPercent);
  expect(lift.interval.low < 0 && lift.interval.high > 0).toBe(look.pValue > 0.05);
}

function expectSampleRatio(gate30: number, gate40: number): void {
  const outcome = sampleRatioTest([
    { units: gate30, weight: 1 },
    { units: gate40, weight: 1 },
  ]);
  if (outcome.kind !== 'ok') throw new Error(outcome.reason);
  expectPrinted(outcome.statistic, '6.90240495');
  expectPrinted(outcome.pValue, '0.00860799');
}

describe('from its sufficient statistics', () => {
  const [gate30, gate40] = [44_700, 45_489];

  test('the arms do not quite fit their split', () => expectSampleRatio(gate30, gate40));

  test('retention after a day', () => {
    expectFigures('retention_1', [momentsOfConversions(20_034, gate30), momentsOfConversions(20_119, gate40)]);
  });

  test('retention after a week', () => {
    expectFigures('retention_7', [momentsOfConversions(8502, gate30), momentsOfConversions(8279, gate40)]);
  });

  test('rounds played', () => {
    expectFigures('sum_gamerounds', [
      { n: gate30, mean: 2_344_795 / gate30, m2: 65_903.321897 * (gate30 - 1) },
      { n: gate40, mean: 2_333_530 / gate40, m2: 10_669.736422 * (gate40 - 1) },
    ]);
  });
});

const table = sharedText('data/cookie-cats/cookie_cats.csv');

describe.skipIf(table === undefined)('from all of its players', () => {
  const [header = '', ...lines] = (table ?? '').trim().split(/\r?\n/u);
  const columns = header.split(',');
  const rows = lines.map((line) => line.split(','));

  function valuesOf(arm: string, metric: Metric): readonly number[] {
    const [armColumn, metricColumn] = [columns.indexOf('version'), columns.indexOf(metric)];
    return rows.filter((row) => row[armColumn] === arm).map((row) => numberFrom(row[metricColumn] ?? ''));
  }

  test('the arms do not quite fit their split', () => {
    expectSampleRatio(valuesOf('gate_30', 'sum_gamerounds').length, valuesOf('gate_40', 'sum_gamerounds').length);
  });

  test.for(Object.keys(printed) as Metric[])('%s', (metric) => {
    expectFigures(metric, [momentsOf(valuesOf('gate_30', metric)), momentsOf(valuesOf('gate_40', metric))]);
  });
});

function numberFrom(text: string): number {
  if (text === 'TRUE' || text === 'FALSE') return text === 'TRUE' ? 1 : 0;
  const value = Number(text);
  if (text === '' || Number.isNaN(value)) throw new Error(`not a value: ${text}`);
  return value;
}
