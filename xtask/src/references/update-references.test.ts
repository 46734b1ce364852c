import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { differences, settle } from './update-references.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-references-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const references = [
  { file: 'a.md', text: '# A\n' },
  { file: 'rest/b.md', text: '# B\n' },
];

test('A folder that was settled differs in nothing', async () => {
  expect(differences(directory, references).map(({ kind, file }) => `${file} ${kind}`)).toEqual([
    'a.md missing',
    'rest/b.md missing',
  ]);
  settle(directory, references, differences(directory, references));
  expect(await readFile(path.join(directory, 'rest/b.md'), 'utf8')).toBe('# B\n');
  expect(differences(directory, references)).toEqual([]);
});

test('A page that was edited, and one that nothing generates, are found and mended', async () => {
  settle(directory, references, differences(directory, references));
  await writeFile(path.join(directory, 'a.md'), '# Another\n');
  await writeFile(path.join(directory, 'old.md'), '# Old\n');
  const found = differences(directory, references);
  expect(found).toEqual([
    { kind: 'out of date', file: 'a.md' },
    { kind: 'not generated any more', file: 'old.md' },
  ]);
  settle(directory, references, found);
  expect(differences(directory, references)).toEqual([]);
});
