import { expect, test } from 'vitest';
import { seriesOf } from './series-lines.ts';

const look = {
  variant: 'green',
  units: 100,
  baselineUnits: 100,
  difference: 0.02,
  interval: { low: -0.01, high: 0.05 },
  notComputable: null,
  lift: 0.2,
  liftInterval: { low: -0.1, high: 0.5 },
  z: 1.2,
  bar: 3.4,
  isCalled: false,
};
const point = (dataUntil: string, comparison: Partial<typeof look> | object) => ({
  computedAt: dataUntil,
  dataUntil,
  share: 0.5,
  comparisons: [{ ...look, ...comparison }],
});

test('One arm is drawn as lifts, and looks without an interval are left out', () => {
  const series = seriesOf(
    [point('2026-05-01T00:00:00Z', { lift: null, liftInterval: null, z: null, bar: null }), point('2026-05-02T00:00:00Z', {})],
    'green',
  );
  expect(series.isLift).toBe(true);
  expect(series.points).toEqual([{ atMs: Date.parse('2026-05-02T00:00:00Z'), low: -0.1, value: 0.2, high: 0.5 }]);
  expect(series.looks).toEqual([{ atMs: Date.parse('2026-05-02T00:00:00Z'), z: 1.2, bar: 3.4 }]);
});

test('Where no look had a lift the difference is drawn', () => {
  const series = seriesOf([point('2026-05-01T00:00:00Z', { lift: null, liftInterval: null })], 'green');
  expect(series.isLift).toBe(false);
  expect(series.points[0]).toMatchObject({ low: -0.01, value: 0.02, high: 0.05 });
});

test('An arm that a look did not have has no point', () => {
  expect(seriesOf([point('2026-05-01T00:00:00Z', {})], 'blue').points).toEqual([]);
});
