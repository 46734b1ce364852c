import { expect, test } from 'vitest';
import { readResults } from './results.ts';
import { comparison, metric, results } from './results.test-support.ts';

test('Results of the shape that is shown are read, with metrics that failed among them', () => {
  const failed = { kind: 'failed', key: 'gone', failure: { code: 'METRIC_NOT_FOUND', message: 'There is no such metric.' } };
  const nothingKnown = {
    ...comparison,
    method: null,
    difference: null,
    standardError: null,
    pValue: null,
    interval: null,
    notComputable: 'no-variance',
    lift: null,
    liftInterval: null,
    liftNotMeasurable: 'difference-not-computable',
    warnings: [{ kind: 'heavy-tail', armKeys: ['green'], atLeast: 5_000 }],
  };
  const value: unknown = {
    ...results,
    sampleRatio: null,
    metrics: [failed, { ...metric, comparisons: [nothingKnown] }],
    moreThanWeKnow: true,
  };
  expect(readResults(value)).toBe(value);
});

test.each([
  ['nothing', undefined],
  ['a list', []],
  ['another method', { ...results, method: 'sequential' }],
  ['no arms', { ...results, arms: undefined }],
  ['a number that is a text', { ...results, alpha: '0.05' }],
  ['a verdict that is not known', { ...results, sampleRatio: { pValue: 1, eValue: 1, verdict: 'perhaps' } }],
  ['a metric of a third kind', { ...results, metrics: [{ kind: 'waiting', key: 'a' }] }],
  ['an interval with one end', { ...results, metrics: [{ ...metric, comparisons: [{ ...comparison, interval: { low: 0 } }] }] }],
])('%s is no result', (_what, value) => {
  expect(readResults(value)).toBeUndefined();
});
