import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sdkLimits } from '../sdk-limits.ts';
import { documentOf } from '../sync/definitions-server.test-support.ts';
import { flagEntity } from '../sync/sync-server.test-support.ts';
import { snapshotFile } from './snapshot-file.ts';

let directory: string;
const document = JSON.stringify(documentOf(3, [flagEntity('ä', 3)]));

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-snapshot-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

function open(sdkKey = 'stsk_one', maxBytes: number = sdkLimits.maxSnapshotBytes) {
  return snapshotFile({
    directory: path.join(directory, 'kept'),
    sdkKey,
    maxBytes,
    abandonedMs: sdkLimits.abandonedSnapshotMs,
    nowMs: Date.now,
  });
}

test('What was saved is loaded as it was, from a file that its owner alone can read', async () => {
  const file = open();
  expect(await file.load()).toEqual({ kind: 'none' });
  await file.save('{}');
  await file.save(document);
  expect(await open().load()).toEqual({ kind: 'ok', document });
  expect((await stat(file.file)).mode & 0o777).toBe(0o600);
  expect((await stat(path.dirname(file.file))).mode & 0o777).toBe(0o700);
  expect(await readdir(path.dirname(file.file))).toEqual([path.basename(file.file)]);
  // Neither the key nor what could be tried against it.
  expect(await readFile(file.file, 'utf8')).not.toContain('stsk_one');
});

test('A file that was cut off anywhere is refused', async () => {
  const file = open();
  await file.save(document);
  const { size } = await stat(file.file);
  for (const length of [size - 1, Math.floor(size / 2), 90, 10, 1, 0]) {
    await file.save(document);
    await truncate(file.file, length);
    expect(await file.load(), `${length} of ${size} bytes`).toMatchObject({ kind: 'refused' });
  }
});

test('A file in which a single byte changed is refused, wherever it is', async () => {
  const file = open();
  await file.save(document);
  const good = await readFile(file.file);
  for (let at = 0; at < good.length; at += 7) {
    const bad = Buffer.from(good);
    bad[at] = (bad[at] ?? 0) ^ 1;
    await writeFile(file.file, bad);
    expect(await file.load(), `byte ${at}`).toMatchObject({ kind: 'refused' });
  }
  await writeFile(file.file, good);
  await appendFile(file.file, ' ');
  expect(await file.load()).toMatchObject({ kind: 'refused', why: expect.stringContaining('bytes') as string });
});

test('What another SDK key wrote is refused, even under our name', async () => {
  const other = open('stsk_two');
  await other.save(document);
  const ours = open();
  expect(await ours.load()).toEqual({ kind: 'none' });
  await rename(other.file, ours.file);
  expect(await ours.load()).toEqual({ kind: 'refused', why: 'it was changed, or written with another SDK key' });
});

test('A file of a newer format, a foreign one, a folder and a link are refused, each with a reason', async () => {
  const file = open();
  await file.save(document);
  const newer = (await readFile(file.file, 'utf8')).replace('stitchd-snapshot/1', 'stitchd-snapshot/2');
  await writeFile(file.file, newer);
  expect(await file.load()).toEqual({ kind: 'refused', why: 'its format is stitchd-snapshot/2, not stitchd-snapshot/1' });
  await writeFile(file.file, '<html>\n</html>');
  expect(await file.load()).toEqual({ kind: 'refused', why: 'it is no file of this SDK' });
  await rm(file.file);
  await symlink('/dev/zero', file.file);
  expect(await file.load()).toEqual({ kind: 'refused', why: 'it is no file' });
  await rm(file.file);
  await mkdir(file.file);
  expect(await file.load()).toEqual({ kind: 'refused', why: 'it is no file' });
  await expect(file.save(document)).rejects.toThrow('EISDIR');
  expect((await readdir(path.dirname(file.file))).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('A file of exactly the largest size is read, and one of a byte more is not', async () => {
  const file = open();
  await file.save(document);
  const { size } = await stat(file.file);
  expect(await open('stsk_one', size).load()).toMatchObject({ kind: 'ok' });
  expect(await open('stsk_one', size - 1).load()).toMatchObject({
    kind: 'refused',
    why: expect.stringContaining('more than') as string,
  });
});

test('What a process left behind when it died in the middle of a write is removed an hour later, and not before', async () => {
  const file = open();
  await file.save(document);
  const stem = file.file.replace(/\.json$/, '');
  await writeFile(`${stem}.old.tmp`, 'half');
  await writeFile(`${stem}.new.tmp`, 'half');
  const longAgo = new Date(Date.now() - sdkLimits.abandonedSnapshotMs - 1_000);
  await utimes(`${stem}.old.tmp`, longAgo, longAgo);
  await file.save(document);
  const left = await readdir(path.dirname(file.file));
  expect(left).toContain(path.basename(`${stem}.new.tmp`));
  expect(left).not.toContain(path.basename(`${stem}.old.tmp`));
});

test('Many processes that save at once leave one whole file', async () => {
  const documents = Array.from({ length: 20 }, (_, index) => JSON.stringify(documentOf(index, [flagEntity('a', index)])));
  await Promise.all(documents.map((each) => open().save(each)));
  const loaded = await open().load();
  expect(loaded.kind === 'ok' && documents.includes(loaded.document)).toBe(true);
});
