import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { experimentResults } from './experiment-results-schemas.ts';

const example = path.resolve(import.meta.dirname, '../../../../../conformance/results/example-results.json');

test('The example that pages are tested with is what the API promises, with every field', async () => {
  const results: unknown = JSON.parse(await readFile(example, 'utf8'));
  expect(experimentResults.parse(results)).toEqual(results);
});
