import { expect, test } from 'vitest';
import { healthChecks } from './health-checks.ts';
import { metric, results } from './results.test-support.ts';

const stateOf = (name: string, changed: object) => healthChecks({ ...results, ...changed }).find((check) => check.name === name);

test('Healthy results show every check as good', () => {
  expect(healthChecks(results).map(({ state }) => state)).toEqual(Array.from({ length: 6 }, () => 'good'));
});

test('A sample ratio that does not fit names the arm, by how much, and the chance of that', () => {
  const arms = [
    { variant: 'blue', units: 1_400, expectedShare: 0.5, expectedUnits: 1_200 },
    { variant: 'green', units: 1_000, expectedShare: 0.5, expectedUnits: 1_200 },
  ];
  const check = stateOf('Sample ratio', { arms, sampleRatio: { pValue: 1e-9, eValue: 2e6, verdict: 'mismatch' } });
  expect(check?.state).toBe('bad');
  expect(check?.finding).toMatch(/^blue has 200 more than the expected 50 % \/ 50 %; .* less than 1 in 10,000\./);
});

test('Before anybody was exposed, what can’t be tested is no success', () => {
  const arms = results.arms.map((arm) => ({ ...arm, units: 0, expectedUnits: null }));
  expect(stateOf('Exposures arrive', { arms })?.state).toBe('notice');
  expect(stateOf('Sample ratio', { arms, sampleRatio: null })?.state).toBe('notice');
});

test('Units in two arms are noticed above one in a hundred', () => {
  expect(stateOf('One arm each', { mixedUnits: 20 })?.state).toBe('good');
  expect(stateOf('One arm each', { mixedUnits: 21 })?.state).toBe('notice');
});

test('A metric that failed and a metric without events are two things', () => {
  const failed = { kind: 'failed', key: 'gone', failure: { code: 'METRIC_NOT_FOUND', message: 'no' } };
  expect(stateOf('Metrics computed', { metrics: [metric, failed] })).toMatchObject({
    state: 'bad',
    finding: expect.stringMatching(/^1 of 2/),
  });
  const silent = { ...metric, arms: metric.arms.map((arm) => ({ ...arm, sum: 0, mean: 0 })) };
  expect(stateOf('Metrics computed', { metrics: [silent] })).toMatchObject({ state: 'notice' });
});

test('Events that no unit is known for are noticed, and what rules left out is named', () => {
  const events = { items: 1_000, withoutUnit: 200, linked: 149 };
  expect(stateOf('Events name their unit', { events })).toMatchObject({
    state: 'notice',
    finding:
      '200 of 1,000 events of the last day have no user key; 149 were found through another key, and 51 (5.1 %) count for nobody.',
  });
  expect(stateOf('Events name their unit', { events: { ...events, linked: 150 } })?.state).toBe('good');
  const excluded = [
    { name: 'Bots', items: 12, units: 3 },
    { name: 'Staff', items: 0, units: 0 },
  ];
  const exposures = { ...results.exposures, excluded };
  expect(stateOf('Exposures arrive', { exposures })?.finding).toContain('Left out by rule: Bots (12 of 3 keys).');
});
