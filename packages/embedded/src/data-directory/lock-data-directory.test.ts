import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { DataDirectoryInUseError } from './data-directory-in-use-error.ts';
import { type DataDirectoryLock, lockDataDirectory } from './lock-data-directory.ts';
import { listenWithClaim } from './lock-socket.ts';
import { claimPrivateDirectory, fitsSocketPath, socketRoot } from './private-directory.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function freshDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'stitchd-lock-test-'));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Another process that listens as a holder would, so that it can be killed. */
async function startHolder(socket: string, held = true): Promise<ChildProcess> {
  const program = `
    const [socket, held] = process.argv.slice(1);
    require('node:net').createServer((peer) => peer.end(JSON.stringify({ pid: process.pid, name: 'lock-0000000000000000.sock', held: held === 'true' }))).listen(socket, () => console.log('ready'));`;
  const holder = spawn(process.execPath, ['-e', program, socket, String(held)], { stdio: ['ignore', 'pipe', 'inherit'] });
  cleanups.push(() => holder.kill('SIGKILL'));
  await once(holder.stdout as NonNullable<typeof holder.stdout>, 'data');
  return holder;
}

test('the directory is made, open to nobody else', async () => {
  const directory = join(freshDirectory(), 'deep', 'data');
  const lock = await lockDataDirectory(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  await lock.release();
  expect(readdirSync(directory)).toEqual([]);
});

test('a second lock is refused with the directory and the process id, and free after the release', async () => {
  const directory = freshDirectory();
  const lock = await lockDataDirectory(directory);
  const refusal = await lockDataDirectory(directory).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(DataDirectoryInUseError);
  expect(refusal).toMatchObject({ code: 'DATA_DIRECTORY_IN_USE', pid: process.pid, directory });
  expect(String(refusal)).toContain(directory);
  expect(String(refusal)).toContain(String(process.pid));
  await lock.release();
  await lock.release();
  await (await lockDataDirectory(directory)).release();
});

test('the same directory under another name is the same directory', async () => {
  const directory = freshDirectory();
  const other = join(freshDirectory(), 'link');
  symlinkSync(directory, other);
  const lock = await lockDataDirectory(directory);
  await expect(lockDataDirectory(other)).rejects.toBeInstanceOf(DataDirectoryInUseError);
  await lock.release();
});

test('the lock of a process that was killed with SIGKILL is taken over', async () => {
  const directory = freshDirectory();
  const socket = join(directory, 'lock-0123456789abcdef.sock');
  const holder = await startHolder(socket);
  await expect(lockDataDirectory(directory)).rejects.toMatchObject({ pid: holder.pid });
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(existsSync(socket)).toBe(true);
  const lock = await lockDataDirectory(directory);
  expect(existsSync(socket)).toBe(false);
  await lock.release();
});

test('of many starts at once exactly one gets the directory', async () => {
  for (let round = 0; round < 10; round++) {
    const directory = freshDirectory();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDirectory(directory)));
    const held = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    expect(held).toHaveLength(1);
    for (const reason of refused) expect(reason).toBeInstanceOf(DataDirectoryInUseError);
    await held[0]?.release();
  }
});

test('of two that are still trying, the smaller name goes first and the other is refused', async () => {
  const directory = freshDirectory();
  const first = join(directory, 'lock-0000000000000000.sock');
  await startHolder(first, false);
  await expect(lockDataDirectory(directory)).rejects.toBeInstanceOf(DataDirectoryInUseError);
});

test('a path too long for a socket is locked through a private directory', async () => {
  const directory = join(freshDirectory(), 'a'.repeat(120));
  const lock = await lockDataDirectory(directory);
  expect(readdirSync(directory)).toEqual([]);
  await expect(lockDataDirectory(directory)).rejects.toBeInstanceOf(DataDirectoryInUseError);
  await lock.release();
  await (await lockDataDirectory(directory)).release();
});

test('the private directory is removed with the lock, and starts that meet its removal still get theirs', async () => {
  const directory = join(freshDirectory(), 'a'.repeat(120));
  const privateDirectories = () => new Set(readdirSync(socketRoot()).filter((name) => /^stitchd-[0-9a-f]{32}$/.test(name)));
  const before = privateDirectories();
  for (let round = 0; round < 50; round++) {
    const first = await lockDataDirectory(directory);
    const [, second] = await Promise.all([first.release(), lockDataDirectory(directory).catch((error: unknown) => error)]);
    if (second instanceof Error) expect(second).toBeInstanceOf(DataDirectoryInUseError);
    else await (second as DataDirectoryLock).release();
  }
  expect([...privateDirectories()].filter((name) => !before.has(name))).toEqual([]);
});

test('a socket path fits up to 103 bytes, counted in bytes', () => {
  expect(fitsSocketPath(`/${'a'.repeat(102)}`)).toBe(true);
  expect(fitsSocketPath(`/${'a'.repeat(103)}`)).toBe(false);
  expect(fitsSocketPath(`/${'ü'.repeat(52)}`)).toBe(false);
});

test('a temporary directory that is too long for sockets gives way to /tmp', () => {
  expect(socketRoot('/var/tmp')).toBe('/var/tmp');
  expect(socketRoot(`/${'t'.repeat(90)}`)).toBe('/tmp');
});

test('a directory with a guessable name is refused when it is open to others, a link, or not ours', () => {
  const parent = freshDirectory();
  const open = join(parent, 'open');
  mkdirSync(open);
  chmodSync(open, 0o755);
  expect(() => claimPrivateDirectory(open)).toThrow(/open to others/);
  const link = join(parent, 'link');
  symlinkSync(parent, link);
  expect(() => claimPrivateDirectory(link)).toThrow(/belongs to somebody else/);
  const ours = join(parent, 'ours');
  claimPrivateDirectory(ours);
  claimPrivateDirectory(ours);
  expect(() => claimPrivateDirectory(ours, (process.getuid?.() ?? 0) + 1)).toThrow(/belongs to somebody else/);
});

test('whoever listens and does not answer like a lock still keeps the directory', async () => {
  const directory = freshDirectory();
  const server = await listenWithClaim(join(directory, 'lock-ffffffffffffffff.sock'), () => JSON.parse('{"other":"program"}'));
  cleanups.push(() => server.close());
  await expect(lockDataDirectory(directory)).rejects.toMatchObject({ pid: undefined });
});
