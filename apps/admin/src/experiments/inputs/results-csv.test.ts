import { expect, test } from 'vitest';
import { results } from '../results.test-support.ts';
import { resultsCsv } from './results-csv.ts';

test('The scorecard as a table has a line for each metric and arm, and names metrics that failed', () => {
  const lines = resultsCsv(results).split('\r\n');
  expect(lines[0]).toMatch(/^metric,role,variant,baseline_n/);
  expect(lines[1]).toMatch(/^purchase-rate,primary,green,13010,/);
  expect(lines).toHaveLength(1 + 5 * 2 + 1);
  expect(lines.at(-1)).toBe('support-tickets,secondary');
});

test('No text of it is a formula or breaks a line', () => {
  const failed = { kind: 'failed' as const, role: 'secondary' as const };
  const failure = { code: 'METRIC_NOT_FOUND' as const, message: '', stage: 'definition' as const, query: null };
  const csv = resultsCsv({ ...results, metrics: [{ ...failed, key: '=1+1,"a"', failure }] });
  expect(csv.split('\r\n')[1]).toBe('"\'=1+1,""a""",secondary');
});
