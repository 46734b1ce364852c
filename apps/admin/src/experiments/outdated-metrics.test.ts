import { expect, test } from 'vitest';
import { outdatedMetrics } from './outdated-metrics.ts';

test('Only metrics of a running experiment that have a newer version are outdated', () => {
  const metrics = [
    { key: 'a', name: 'A', definitionVersion: 2 },
    { key: 'b', name: 'B', definitionVersion: 1 },
  ];
  const metricVersions = [
    { key: 'a', version: 1 },
    { key: 'b', version: 1 },
    { key: 'gone', version: 1 },
  ];
  expect(outdatedMetrics({ state: 'running', metricVersions }, metrics)).toEqual([{ key: 'a', name: 'A', kept: 1, latest: 2 }]);
  expect(outdatedMetrics({ state: 'stopped', metricVersions }, metrics)).toEqual([]);
});
