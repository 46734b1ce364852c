import { mkdir, readdir, readFile, rename, rm, rmdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { encode, purchase } from '../items/items.test-support.ts';
import { encodeFrame } from './frame.ts';
import { openTestSpool, recordingLog, spoolDirectory } from './spool.test-support.ts';

const batch = (count = 1, environmentId: string = randomUUID()) =>
  encode(
    [...Array(count).keys()].map(() => purchase()),
    { environmentId },
  ).items;
const waitingOf = async (directory: string) => {
  const spool = await openTestSpool(directory);
  const { waitingItems } = spool.state();
  await spool.close();
  return waitingItems;
};

test('What was acknowledged is there after the replica is gone, for whoever starts next', async () => {
  const directory = await spoolDirectory();
  const first = await openTestSpool(directory);
  const [ours, theirs] = [randomUUID(), randomUUID()];
  expect(await Promise.all([first.append(batch(2, ours)), first.append(batch(3, theirs))])).toEqual(['stored', 'stored']);
  expect(first.waitingOf(ours)).toBe(2);
  await first.close();
  const second = await openTestSpool(directory);
  expect(second.waitingOf(ours)).toBe(2);
  expect(second.waitingOf(theirs)).toBe(3);
  expect(second.sealed()).toHaveLength(1);
  await second.close();
});

test('The oldest batch that waits is told, also where it was taken over by a replica that has batches of its own', async () => {
  const directory = await spoolDirectory();
  const running = await openTestSpool(directory, { nowMs: () => 2_000 });
  await running.append(batch());
  const left = await openTestSpool(directory, { nowMs: () => 1_000 });
  await left.append(batch());
  await left.close();
  expect(running.state().oldestAtMs).toBe(2_000);
  await running.seal();
  await running.adopt();
  expect(running.state()).toMatchObject({ waitingItems: 2, oldestAtMs: 1_000 });
  await running.close();
});

test('A replica that runs keeps its spool, however many others start', async () => {
  const directory = await spoolDirectory();
  const running = await openTestSpool(directory);
  await running.append(batch());
  const others = await Promise.all([...Array(5).keys()].map(() => openTestSpool(directory)));
  expect(others.map((spool) => spool.state().waitingItems)).toEqual([0, 0, 0, 0, 0]);
  expect(running.state().waitingItems).toBe(1);
  await Promise.all([running, ...others].map((spool) => spool.close()));
});

test('Of replicas that start at the same time exactly one takes over each spool that is left', async () => {
  const directory = await spoolDirectory();
  for (let round = 1; round <= 4; round++) {
    const leaving = await openTestSpool(directory, { replicaId: `left-${round}` });
    for (const segment of leaving.sealed()) await leaving.remove(segment);
    await leaving.append(batch(round));
    await leaving.close();
    const starting = await Promise.all([...Array(4).keys()].map(() => openTestSpool(directory)));
    expect(starting.reduce((sum, spool) => sum + spool.state().waitingItems, 0)).toBe(round);
    for (const spool of starting) for (const segment of spool.sealed()) await spool.remove(segment);
    await Promise.all(starting.map((spool) => spool.close()));
  }
});

test('A spool that was half taken over when its new owner died is found by the next', async () => {
  const directory = await spoolDirectory();
  const first = await openTestSpool(directory, { replicaId: 'first' });
  await first.append(batch(2));
  await first.close();
  // The new owner had renamed the directory into its own and died before it moved the files.
  await mkdir(path.join(directory, 'replicas', 'dead'));
  await rename(path.join(directory, 'replicas', 'first'), path.join(directory, 'replicas', 'dead', 'adopted-first'));
  expect(await waitingOf(directory)).toBe(2);
});

test('A directory under a path longer than a socket may have works like any other', async () => {
  const directory = path.join(await spoolDirectory(), 'd'.repeat(120), 'e'.repeat(60));
  const spool = await openTestSpool(directory);
  await spool.append(batch());
  const other = await openTestSpool(directory);
  expect(other.state().waitingItems).toBe(0);
  await spool.close();
  await other.adopt();
  expect(other.state().waitingItems).toBe(1);
  await other.close();
});

test('A batch that fits exactly is taken, the next byte is refused, and room made is room again', async () => {
  const first = batch();
  const bytes = encodeFrame(first).length;
  const directory = await spoolDirectory();
  const spool = await openTestSpool(directory, { totalBytes: 2 * (16 + bytes) });
  expect(await spool.append(first)).toBe('stored');
  expect(await spool.append(first)).toBe('stored');
  expect(await spool.append(first)).toBe('full');
  expect(spool.state()).toMatchObject({ waitingItems: 2, bytes: 16 + 2 * bytes });
  await spool.seal();
  for (const segment of spool.sealed()) await spool.remove(segment);
  expect(await spool.append(first)).toBe('stored');
  await spool.close();
  const tight = await openTestSpool(await spoolDirectory(), { totalBytes: 16 + bytes - 1 });
  expect(await tight.append(first)).toBe('full');
  await tight.close();
});

test('Concurrent batches are all kept, over as many segments as it takes', async () => {
  const directory = await spoolDirectory();
  const spool = await openTestSpool(directory, { segmentBytes: 4_096 });
  const outcomes = await Promise.all([...Array(200).keys()].map(() => spool.append(batch(3))));
  expect(new Set(outcomes)).toEqual(new Set(['stored']));
  expect(spool.sealed().length).toBeGreaterThan(5);
  await spool.close();
  expect(await waitingOf(directory)).toBe(600);
});

test('However many batches come at once, and while segments are closed, no more is kept than may be', async () => {
  const totalBytes = 100_000;
  const spool = await openTestSpool(await spoolDirectory(), { totalBytes, segmentBytes: 2_000 });
  const outcomes: string[] = [];
  const sender = async () => {
    for (let round = 0; round < 100; round++) {
      outcomes.push(await spool.append(batch(3)));
      expect(spool.state().bytes).toBeLessThanOrEqual(totalBytes);
    }
  };
  await Promise.all([...Array(16).keys()].map(sender));
  expect(new Set(outcomes)).toEqual(new Set(['stored', 'full']));
  expect(spool.state().waitingItems).toBe(outcomes.filter((outcome) => outcome === 'stored').length * 3);
  await spool.close();
});

test('A spool that was shipped leaves nothing behind', async () => {
  const directory = await spoolDirectory();
  const spool = await openTestSpool(directory);
  await spool.append(batch());
  await spool.seal();
  for (const segment of spool.sealed()) await spool.remove(segment);
  expect(spool.state()).toMatchObject({ waitingItems: 0, bytes: 0, oldestAtMs: undefined });
  await spool.close();
  expect(await readdir(path.join(directory, 'replicas'))).toEqual([]);
});

test('A disk that fails while it is written is told to whoever sent the batch, and the next batch begins a new file', async () => {
  const directory = await spoolDirectory();
  const { log, lines } = recordingLog();
  const replicaId = randomUUID();
  const spool = await openTestSpool(directory, { replicaId, log });
  // The name of the next segment is taken by something that is no file.
  const taken = path.join(directory, 'replicas', replicaId, `${replicaId}-00000001.segment`);
  await mkdir(taken);
  expect(await spool.append(batch())).toBe('failed');
  expect(lines).toMatchObject([{ level: 'error', message: 'the spool can not be written' }]);
  expect(spool.state()).toMatchObject({ trouble: expect.stringContaining('EEXIST') });
  expect(await spool.append(batch())).toBe('stored');
  expect(spool.state()).toMatchObject({ waitingItems: 1, trouble: undefined });
  expect(lines.at(-1)).toMatchObject({ level: 'info', message: 'the spool can be written again' });
  await rmdir(taken);
  await spool.close();
});

const inQuarantine = (directory: string) => readdir(path.join(directory, 'quarantine'));

/** A spool that a replica has left, with batches of 1, 2 and 3 items in one file, of which the bytes were changed. */
async function leftSpool(change: (bytes: Buffer, starts: readonly number[]) => Buffer): Promise<string> {
  const directory = await spoolDirectory();
  const first = await openTestSpool(directory, { replicaId: 'first' });
  const batches = [1, 2, 3].map((count) => batch(count));
  for (const each of batches) await first.append(each);
  await first.close();
  const file = path.join(directory, 'replicas', 'first', 'first-00000001.segment');
  const starts = batches.reduce<number[]>((all, each) => [...all, (all.at(-1) ?? 0) + encodeFrame(each).length], [16]);
  await writeFile(file, change(await readFile(file), starts));
  return directory;
}

function flip(bytes: Buffer, offset: number): Buffer {
  bytes[offset] = (bytes[offset] ?? 0) ^ 0xff;
  return bytes;
}

test('A damaged segment that is taken over is said as an error, and its file goes into quarantine when the rest is shipped', async () => {
  const damages: readonly (readonly [(bytes: Buffer, starts: readonly number[]) => Buffer, waiting: number])[] = [
    [(bytes, [first = 0]) => flip(bytes, first + 38), 5],
    [(bytes, [, , third = 0]) => flip(bytes, third + 38), 3],
    [(bytes, [, second = 0]) => bytes.fill(0xff, second, second + 40), 4],
    [(bytes) => Buffer.concat([bytes, Buffer.alloc(100)]), 6],
    [(bytes) => flip(bytes, 0), 6],
  ];
  for (const [change, waiting] of damages) {
    const directory = await leftSpool(change);
    const { log, lines } = recordingLog();
    const second = await openTestSpool(directory, { log });
    expect(second.state()).toMatchObject({ waitingItems: waiting, quarantinedBytes: 0, quarantinedFiles: 0 });
    expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining('damaged') }, { level: 'info' }]);
    const { bytes } = second.state();
    for (const segment of second.sealed()) await second.putAside(segment);
    expect(await inQuarantine(directory)).toEqual(['first-00000001-damaged.segment']);
    // The bytes only moved: they count towards what the spool may hold.
    expect(second.state()).toMatchObject({ waitingItems: 0, bytes, quarantinedBytes: bytes, quarantinedFiles: 1 });
    await second.close();
  }
});

test('A segment of which nothing can be read goes into quarantine at once', async () => {
  const directory = await leftSpool((bytes) => bytes.fill(0xff, 16));
  const { log, lines } = recordingLog();
  const second = await openTestSpool(directory, { log });
  expect(second.sealed()).toEqual([]);
  expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining('damaged') }]);
  expect(await inQuarantine(directory)).toEqual(['first-00000001-damaged.segment']);
  const { bytes, quarantinedBytes, quarantinedFiles } = second.state();
  expect([bytes, quarantinedFiles]).toEqual([quarantinedBytes, 1]);
  expect(bytes).toBeGreaterThan(16);
  await second.close();
});

test('The torn end that a kill leaves is no damage: nothing of it is kept, and nobody is alarmed', async () => {
  for (const [cut, waiting] of [
    [(starts: readonly number[]) => (starts[3] ?? 0) - 1, 3],
    [(starts: readonly number[]) => (starts[2] ?? 0) + 3, 3],
    [(starts: readonly number[]) => (starts[1] ?? 0) - 7, 0],
    [() => 16, 0],
    [() => 5, 0],
  ] as const) {
    const directory = await leftSpool((bytes, starts) => bytes.subarray(0, cut(starts)));
    const { log, lines } = recordingLog();
    const second = await openTestSpool(directory, { log });
    expect(second.state().waitingItems).toBe(waiting);
    expect(lines.map(({ level }) => level)).toEqual(['info']);
    for (const segment of second.sealed()) await second.remove(segment);
    await second.close();
    expect(await inQuarantine(directory)).toEqual([]);
    expect(await readdir(path.join(directory, 'replicas'))).toEqual([]);
  }
});

test('A segment that another version wrote is kept, and told in the state of the spool', async () => {
  const directory = await leftSpool((bytes) => flip(bytes, 4));
  const { log, lines } = recordingLog();
  const second = await openTestSpool(directory, { replicaId: 'second', log });
  expect(second.state()).toMatchObject({ waitingItems: 0, unreadableSegments: 1 });
  expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining('it is kept') }]);
  await second.close();
  expect(await readdir(path.join(directory, 'replicas', 'second'))).toEqual(['first-00000001.segment']);
});

test('Room that an operator makes in the quarantine is noticed without a restart', async () => {
  const directory = await leftSpool((bytes) => bytes.fill(0xff, 16));
  const spool = await openTestSpool(directory);
  expect(spool.state().quarantinedFiles).toBe(1);
  await rm(path.join(directory, 'quarantine', 'first-00000001-damaged.segment'));
  await spool.adopt();
  expect(spool.state()).toMatchObject({ quarantinedFiles: 0, quarantinedBytes: 0, bytes: 0 });
  await spool.close();
});

/** A spool with one closed segment. */
async function spoolToShip() {
  const directory = await spoolDirectory();
  const { log, lines } = recordingLog();
  const spool = await openTestSpool(directory, { replicaId: 'own', log });
  await spool.append(batch(2));
  await spool.seal();
  const [segment] = spool.sealed();
  if (segment === undefined) throw new Error('nothing was closed');
  return { directory, spool, segment, lines };
}

test('Where an operator removed the whole quarantine, spools are still taken over, and it is made again when it is needed', async () => {
  const { directory, spool, segment } = await spoolToShip();
  const left = await openTestSpool(directory);
  await left.append(batch(3));
  await left.close();
  const removeQuarantine = () => rm(path.join(directory, 'quarantine'), { recursive: true });
  await removeQuarantine();
  await spool.adopt();
  expect(spool.state()).toMatchObject({ waitingItems: 5, quarantinedFiles: 0 });
  await spool.quarantine(segment, 0, batch());
  expect(await inQuarantine(directory)).toEqual(['own-00000001-0.segment']);
  await removeQuarantine();
  await spool.putAside(segment);
  expect(await inQuarantine(directory)).toEqual(['own-00000001-damaged.segment']);
  expect(spool.state()).toMatchObject({ waitingItems: 3, quarantinedFiles: 1 });
  await spool.close();
});

test('A segment whose file is in quarantine waits no longer, also where the quarantine can not be looked at; nor does that stop an adoption', async () => {
  const { directory, spool, segment, lines } = await spoolToShip();
  // Its size can't be asked for.
  await symlink('loop', path.join(directory, 'quarantine', 'loop'));
  expect(path.basename(await spool.putAside(segment))).toBe('own-00000001-damaged.segment');
  expect(spool.state()).toMatchObject({ waitingItems: 0, oldestAtMs: undefined });
  expect(spool.sealed()).toEqual([]);
  expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining('could not be looked at') }]);
  await mkdir(path.join(directory, 'replicas', 'again'));
  await rename(
    path.join(directory, 'quarantine', 'own-00000001-damaged.segment'),
    path.join(directory, 'replicas', 'again', 'own-00000001-damaged.segment'),
  );
  await spool.adopt();
  expect(spool.state().waitingItems).toBe(2);
  await spool.close();
});

test('A damaged file never takes the place of another in quarantine', async () => {
  const { directory, spool, segment } = await spoolToShip();
  await writeFile(path.join(directory, 'quarantine', 'own-00000001-damaged.segment'), 'the earlier one');
  await writeFile(path.join(directory, 'quarantine', 'own-00000001-damaged-2.segment'), 'another one');
  expect(path.basename(await spool.putAside(segment))).toBe('own-00000001-damaged-3.segment');
  expect(await inQuarantine(directory)).toHaveLength(3);
  expect(await readFile(path.join(directory, 'quarantine', 'own-00000001-damaged.segment'), 'utf8')).toBe('the earlier one');
  await spool.close();
});
