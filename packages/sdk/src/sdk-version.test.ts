import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sdkVersion } from './sdk-version.ts';

test('The version that the SDK tells servers is that of its package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(sdkVersion).toBe(version);
});
