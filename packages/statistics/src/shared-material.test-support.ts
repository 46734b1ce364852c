import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * The text of a file of the shared material, or undefined where there is none to test against. A folder that was named on purpose
 * has to be there: a test that was asked for must not be skipped over a typing mistake.
 */
export function sharedText(path: string): string | undefined {
  const named = process.env['STITCHD_TEST_SHARED'];
  const file = join(resolve(repository, named || '../shared'), path);
  if (existsSync(file)) return readFileSync(file, 'utf8');
  if (named !== undefined && named !== '') throw new Error(`STITCHD_TEST_SHARED is set, but there is no ${file}`);
  return undefined;
}

/** |actual/expected − 1|, or |actual| where 0 is expected. */
export function relativeError(actual: number, expected: number): number {
  return expected === 0 ? Math.abs(actual) : Math.abs(actual / expected - 1);
}
