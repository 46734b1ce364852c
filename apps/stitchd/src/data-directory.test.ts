import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataDirectory, readSecretKey } from './data-directory.ts';

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(path.join(os.tmpdir(), 'stitchd-data-'));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const bytes = (length: number): string => Buffer.alloc(length, 7).toString('base64');

test('A secret key is made once, for its owner’s eyes only', async () => {
  const directory = openDataDirectory('.stitchd', parent);
  const made = readSecretKey({}, directory);
  expect(Buffer.from(made, 'base64')).toHaveLength(32);
  expect(readSecretKey({}, directory)).toBe(made);
  expect((await stat(directory.secretKey.path)).mode & 0o777).toBe(0o600);
  expect((await stat(directory.path)).mode & 0o777).toBe(0o700);
});

test('The environment’s key goes before the file’s, and one of another length is refused with how to make one', () => {
  const directory = openDataDirectory('.stitchd', parent);
  readSecretKey({}, directory);
  expect(readSecretKey({ STITCHD_SECRET_KEY: bytes(32) }, directory)).toBe(bytes(32));
  expect(() => readSecretKey({ STITCHD_SECRET_KEY: bytes(31) }, directory)).toThrow('openssl rand -base64 32');
  expect(() => readSecretKey({ STITCHD_SECRET_KEY: bytes(33) }, directory)).toThrow('must be 32 bytes');
});

test('In production a secret key is not made, since replicas must share it', () => {
  const directory = openDataDirectory('.stitchd', parent);
  expect(() => readSecretKey({ NODE_ENV: 'production' }, directory)).toThrow('is required with NODE_ENV=production');
  expect(readSecretKey({ NODE_ENV: 'production', STITCHD_SECRET_KEY: bytes(32) }, directory)).toBe(bytes(32));
});

test('A file that is not there reads as nothing, and one that was removed too', () => {
  const { operatorToken } = openDataDirectory('.stitchd', parent);
  expect(operatorToken.read()).toBeUndefined();
  operatorToken.write('stat_x');
  expect(operatorToken.read()).toBe('stat_x');
  operatorToken.remove();
  operatorToken.remove();
  expect(operatorToken.read()).toBeUndefined();
});
