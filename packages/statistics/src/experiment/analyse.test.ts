import { describe, expect, test } from 'vitest';
import { welch } from '../difference/welch.ts';
import { DomainError } from '../domain-error.ts';
import { emptyMoments, momentsOf, momentsOfConversions } from '../moments/moments.ts';
import { fisherExact } from '../proportions/fisher-exact.ts';
import { newcombeInterval } from '../proportions/newcombe.ts';
import { normalQuantile } from '../special-functions/normal.ts';
import { analyseMetric, type ArmSample, type MetricSamples } from './analyse.ts';
import { fewConversionsBelow, fewUnitsBelow, unitsPerSquaredSkewness } from './limits.ts';
import type { ArmComparison, MetricAnalysis } from './metric-analysis.ts';

const alpha = 0.05;
const normal = (n: number, mean: number, deviation: number): ArmSample['moments'] => ({ n, mean, m2: deviation ** 2 * (n - 1) });

function analyse(arms: readonly ArmSample[], options: Partial<MetricSamples> = {}): MetricAnalysis {
  return analyseMetric({ arms, baselineKey: 'control', alpha, ...options });
}

function only(analysis: MetricAnalysis): ArmComparison {
  const [comparison] = analysis.comparisons;
  if (comparison === undefined || analysis.comparisons.length > 1) throw new Error('one comparison was expected');
  return comparison;
}

/** Refuses NaN and infinities, which JSON turns into null without a word. */
function throughJson(analysis: MetricAnalysis): unknown {
  const text = JSON.stringify(analysis, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`not JSON: ${value}`);
    return value;
  });
  return JSON.parse(text);
}

test('every arm has its own figures, and every arm but the baseline its comparison, in the order given', () => {
  const analysis = analyse([
    { key: 'b', moments: normal(1000, 10.5, 4) },
    { key: 'control', moments: normal(1000, 10, 4) },
    { key: 'c', moments: normal(2000, 9, 5) },
  ]);
  expect(analysis.arms.map(({ key }) => key)).toEqual(['b', 'control', 'c']);
  expect(analysis.arms[0]).toEqual({ key: 'b', n: 1000, mean: 10.5, standardDeviation: 4, standardError: Math.sqrt(16 / 1000) });
  expect(analysis.comparisons.map(({ key }) => key)).toEqual(['b', 'c']);
  expect(analysis.comparisons[1]?.warnings).toEqual([{ kind: 'several-comparisons', comparisons: 2 }]);
});

test('a comparison is Welch’s, arm minus baseline, with a lift that agrees with it', () => {
  const [control, treatment] = [normal(1000, 10, 4), normal(900, 10.5, 5)];
  const comparison = only(
    analyse([
      { key: 'control', moments: control },
      { key: 'new', moments: treatment },
    ]),
  );
  const expected = welch(control, treatment, { alpha });
  if (expected.kind !== 'ok') throw new Error(expected.reason);
  const { criticalValue, ...figures } = expected;
  expect(criticalValue).toBeGreaterThan(1.96);
  expect(comparison.difference).toEqual({ ...figures, method: 'welch' });
  expect(comparison.lift).toMatchObject({ kind: 'measurable', lift: 0.05 });
  expect(comparison.lift.kind === 'measurable' && comparison.lift.interval.low > 0).toBe(figures.pValue < alpha);
  expect(comparison.warnings).toEqual([]);
});

describe('a conversion metric', () => {
  const arms = (control: number, treatment: number, trials = 1000): readonly ArmSample[] => [
    { key: 'control', moments: momentsOfConversions(control, trials) },
    { key: 'new', moments: momentsOfConversions(treatment, trials) },
  ];
  const conversion = { metricKind: 'conversion' } as const;

  test('with few conversions has an exact p-value, Newcombe’s interval, and a lift without an interval', () => {
    const comparison = only(analyse(arms(20, 35), conversion));
    const [control, treatment] = [
      { successes: 20, trials: 1000 },
      { successes: 35, trials: 1000 },
    ];
    expect(comparison.difference).toEqual({
      kind: 'ok',
      method: 'fisher-newcombe',
      difference: 0.035 - 0.02,
      pValue: fisherExact(control, treatment).midPValue,
      interval: newcombeInterval(control, treatment, -normalQuantile(0.025)),
    });
    expect(comparison.lift).toEqual({ kind: 'not-measurable', reason: 'few-conversions', lift: (0.035 - 0.02) / 0.02 });
    expect(comparison.warnings).toEqual([{ kind: 'few-conversions', armKeys: ['control'], atLeast: fewConversionsBelow }]);
  });

  test.for<[control: number, treatment: number, method: string]>([
    [fewConversionsBelow, fewConversionsBelow, 'welch'],
    [fewConversionsBelow - 1, fewConversionsBelow, 'fisher-newcombe'],
    [fewConversionsBelow, fewConversionsBelow - 1, 'fisher-newcombe'],
    [1000 - fewConversionsBelow, 1000 - fewConversionsBelow, 'welch'],
    [1000 - fewConversionsBelow + 1, 500, 'fisher-newcombe'],
  ])('of %d and %d in a thousand is analysed by %s', ([control, treatment, method]) => {
    expect(only(analyse(arms(control, treatment), conversion)).difference).toMatchObject({ kind: 'ok', method });
  });

  test('counts are found again from a mean that a database rounded', () => {
    const mean = (29_999 / 1e6) * (1 + 2e-16);
    const comparison = only(
      analyse(
        [
          { key: 'control', moments: { n: 1e6, mean, m2: mean * (1 - mean) * 1e6 } },
          { key: 'new', moments: momentsOfConversions(7, 500) },
        ],
        conversion,
      ),
    );
    expect(comparison.difference).toMatchObject({
      pValue: fisherExact({ successes: 29_999, trials: 1e6 }, { successes: 7, trials: 500 }).midPValue,
    });
  });

  test('of nobody in either arm is a difference of 0 that nothing is known about', () => {
    const comparison = only(analyse(arms(0, 0), conversion));
    expect(comparison.difference).toMatchObject({ kind: 'ok', difference: 0, pValue: 1 });
    expect(comparison.lift).toEqual({ kind: 'not-measurable', reason: 'few-conversions' });
  });

  test('with an arm without units can not be computed', () => {
    const comparison = only(analyse([...arms(0, 0).slice(0, 1), { key: 'new', moments: emptyMoments }], conversion));
    expect(comparison.difference).toEqual({ kind: 'not-computable', reason: 'too-few-units' });
    expect(comparison.lift).toEqual({ kind: 'not-measurable', reason: 'difference-not-computable' });
  });

  test('is no rate of 2', () => {
    expect(() =>
      analyse(
        [
          { key: 'control', moments: normal(10, 2, 1) },
          { key: 'new', moments: normal(10, 0.5, 0.1) },
        ],
        conversion,
      ),
    ).toThrow(DomainError);
  });
});

describe('warnings', () => {
  const warningsOf = (control: Partial<ArmSample>, treatment: Partial<ArmSample>): ArmComparison['warnings'] =>
    only(
      analyse([
        { key: 'control', moments: normal(1000, 10, 2), ...control },
        { key: 'new', moments: normal(1000, 10, 2), ...treatment },
      ]),
    ).warnings;

  test('few units are named per arm, from the limit on no more', () => {
    expect(warningsOf({ moments: normal(fewUnitsBelow, 10, 2) }, {})).toEqual([]);
    const few = [{ kind: 'too-few-units', armKeys: ['new'], atLeast: fewUnitsBelow }];
    expect(warningsOf({}, { moments: normal(fewUnitsBelow - 1, 10, 2) })).toEqual(few);
  });

  test('a skewness that the units do not outweigh is a heavy tail', () => {
    const skewness = Math.sqrt(1000 / unitsPerSquaredSkewness);
    expect(warningsOf({ skewness: skewness * 0.999 }, { skewness: -skewness * 0.999 })).toEqual([]);
    expect(warningsOf({ skewness: skewness * 1.01 }, { skewness: Number.NaN })).toEqual([
      { kind: 'heavy-tail', armKeys: ['control'], atLeast: 1021 },
    ]);
  });

  test('an arm whose units are all alike is named', () => {
    expect(warningsOf({}, { moments: normal(1000, 0, 0) })).toEqual([{ kind: 'no-variance-in-one-arm', armKeys: ['new'] }]);
  });
});

describe('data without an answer still have a result that JSON can carry', () => {
  test.for<[name: string, arms: readonly ArmSample[], reason: string]>([
    [
      'no units',
      [
        { key: 'control', moments: emptyMoments },
        { key: 'new', moments: emptyMoments },
      ],
      'too-few-units',
    ],
    [
      'one unit',
      [
        { key: 'control', moments: momentsOf([1]) },
        { key: 'new', moments: momentsOf([1, 2]) },
      ],
      'too-few-units',
    ],
    [
      'no variance',
      [
        { key: 'control', moments: momentsOf([1, 1]) },
        { key: 'new', moments: momentsOf([2, 2]) },
      ],
      'no-variance',
    ],
    [
      'a mean that is not a number',
      [
        { key: 'control', moments: normal(10, Number.NaN, 1) },
        { key: 'new', moments: normal(10, 1, 1) },
      ],
      'not-finite',
    ],
    [
      'an endless variance',
      [
        { key: 'control', moments: normal(10, 1, Infinity) },
        { key: 'new', moments: normal(10, 1, 1) },
      ],
      'not-finite',
    ],
  ])('%s', ([, arms, reason]) => {
    const analysis = analyse(arms);
    expect(only(analysis).difference).toEqual({ kind: 'not-computable', reason });
    expect(throughJson(analysis)).toEqual(analysis);
  });

  test('and so does an ordinary one', () => {
    const analysis = analyse([
      { key: 'control', moments: normal(1000, 10, 4) },
      { key: 'new', moments: normal(1000, 0, 4) },
    ]);
    expect(throughJson(analysis)).toEqual(analysis);
  });
});

test('the lift is shown without variance too, and never against nobody', () => {
  const same = only(
    analyse([
      { key: 'control', moments: momentsOf([1, 1]) },
      { key: 'new', moments: momentsOf([2, 2]) },
    ]),
  );
  expect(same.lift).toEqual({ kind: 'not-measurable', reason: 'difference-not-computable', lift: 1 });
  const nobody = only(
    analyse([
      { key: 'control', moments: momentsOf([1, 2]) },
      { key: 'new', moments: emptyMoments },
    ]),
  );
  expect(nobody.lift).toEqual({ kind: 'not-measurable', reason: 'difference-not-computable' });
});

test('a caller’s mistakes are refused', () => {
  const control = { key: 'control', moments: normal(10, 1, 1) };
  const other = { key: 'new', moments: normal(10, 1, 1) };
  expect(() => analyse([control])).toThrow('the number of arms must be at least 2');
  expect(() => analyse([control, control])).toThrow('distinct keys');
  expect(() => analyse([control, other], { baselineKey: 'gone' })).toThrow(
    'baselineKey must be one of control, new, but it is gone',
  );
  expect(() => analyse([control, other], { alpha: 0 })).toThrow(DomainError);
  expect(() => analyse([control, { key: 'new', moments: { n: -1, mean: 0, m2: 0 } }])).toThrow(DomainError);
  expect(() => analyse([control, { key: 'new', moments: { n: 10, mean: 0, m2: -1 } }])).toThrow(DomainError);
});
