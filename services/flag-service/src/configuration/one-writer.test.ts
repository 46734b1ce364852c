import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';

const source = path.resolve(import.meta.dirname, '..');

test('Only one function writes configurations, and it refuses what is protected: no path leads around it', async () => {
  const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.ts') && !file.includes('.test'));
  const naming = async (name: string) => {
    const found = await Promise.all(
      files.map(async (file) => ((await readFile(path.join(source, file), 'utf8')).includes(name) ? [file] : [])),
    );
    return found.flat().toSorted();
  };
  const writer = path.join('configuration', 'flag-in-environment.ts');
  expect(await naming('putConfiguration(')).toEqual([writer]);
  expect(await naming('refuseProtected(was')).toEqual([writer]);
});
