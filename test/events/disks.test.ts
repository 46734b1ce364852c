import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { openSpool } from '@stitchd/events';
import { expect, onTestFinished, test } from 'vitest';
import { fillDisk, fillQuarantine, loseDisk } from './sending-replica.test-support.ts';

const noLog = () => undefined;
const log = { info: noLog, warn: noLog, error: noLog };

async function newDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-disk-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function waitingIn(directory: string): Promise<number> {
  const spool = await openSpool({ directory, replicaId: randomUUID(), nowMs: Date.now, log });
  const { waitingItems } = spool.state();
  await spool.close();
  return waitingItems;
}

test('Where no more can be written a batch is refused with nothing of it kept, and what was acknowledged is all there', async () => {
  const directory = await newDirectory();
  const { stored, refused, trouble } = await fillDisk(directory);
  expect(refused).toBeGreaterThan(0);
  expect(trouble).toContain('EFBIG');
  expect(stored).toBe(60);
  expect(await waitingIn(directory)).toBe(stored * 50);
});

test('A batch that does not fit the quarantine whole is not taken for put aside', async () => {
  expect(await fillQuarantine(await newDirectory())).toEqual({ reason: expect.stringContaining('EFBIG') });
});

test('A directory that can not be written refuses batches and says why, and takes them again when it can', async () => {
  const directory = await newDirectory();
  expect(await loseDisk(directory)).toEqual({
    before: 'stored',
    meanwhile: ['failed', expect.stringContaining('EACCES'), expect.stringContaining('EACCES')],
    after: [null, 'stored'],
  });
  expect(await waitingIn(directory)).toBe(2);
});
