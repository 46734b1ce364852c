import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { webSdkVersion } from './sdk-version.ts';

test('The version that pages tell is that of the package', () => {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(webSdkVersion).toBe(version);
});
