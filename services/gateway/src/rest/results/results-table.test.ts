import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import { experimentResults } from './experiment-results-schemas.ts';
import { resultsTable } from './results-table.ts';

const example = path.resolve(import.meta.dirname, '../../../../../conformance/results/example-results.json');
let results: z.infer<typeof experimentResults>;

beforeAll(async () => {
  results = experimentResults.parse(JSON.parse(await readFile(example, 'utf8')));
});

test('The table has a row for each metric and arm, one for a failed metric, and every digit', () => {
  const lines = resultsTable(results).trimEnd().split('\r\n');
  const names = lines[0]?.split(',') ?? [];
  expect(lines).toHaveLength(1 + 5 * 3 + 1);
  const green = lines[2]?.split(',') ?? [];
  const value = (name: string) => green[names.indexOf(name)];
  const metric = results.metrics[0];
  const comparison = metric?.kind === 'computed' ? metric.comparisons[0] : undefined;
  expect([value('metric'), value('variant'), value('is_baseline'), value('verdict')]).toEqual([
    'purchase-rate',
    'green',
    'false',
    'up',
  ]);
  expect(Number(value('lift_low'))).toBe(comparison?.effect.liftInterval?.low);
  expect(Number(value('raw_p_value'))).toBe(comparison?.raw.pValue);
  const { perWeek } = comparison ?? {};
  expect([value('per_week'), value('per_week_low'), value('per_week_high')].map(Number)).toEqual([
    perWeek?.value,
    perWeek?.interval?.low,
    perWeek?.interval?.high,
  ]);
  expect(lines.at(-1)).toContain('support-tickets');
});

test('Quotes, commas and what a spreadsheet would run as a formula do no harm', () => {
  const [first] = results.metrics;
  if (first?.kind !== 'computed') throw new Error('the example begins with a computed metric');
  const named = (name: string) => resultsTable({ ...results, metrics: [{ ...first, name }] });
  expect(named('a "b", c')).toContain(',"a ""b"", c",');
  expect(named('=1+1')).toContain(",'=1+1,");
});
