import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generateStoredKeyPair } from './key-pair.ts';
import { createDirectoryKeyRing } from './key-ring.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-keys-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const atOnce = (): number => 0;

test('A missing pair is made once, its private half readable by its owner only', async () => {
  const ring = createDirectoryKeyRing(directory, atOnce);
  const first = await ring.signingKey('gateway');
  expect((await ring.signingKey('gateway')).kid).toBe(first.kid);
  const expected = ['gateway.private.jwk', `gateway.${first.kid.slice('gateway:'.length)}.public.jwk`];
  expect(new Set(await readdir(directory))).toEqual(new Set(expected));
  expect((await stat(path.join(directory, 'gateway.private.jwk'))).mode & 0o777).toBe(0o600);
});

test('Processes that make the same pair at once all use one', async () => {
  const keys = await Promise.all(
    Array.from({ length: 8 }, () => createDirectoryKeyRing(directory, atOnce).signingKey('command')),
  );
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
  expect(await createDirectoryKeyRing(directory, atOnce).publicKey(keys[0]?.kid ?? '')).toBeDefined();
});

test('A key that another process adds is known at once, also right after an unknown one was asked for', async () => {
  const ring = createDirectoryKeyRing(directory, atOnce);
  expect(await ring.publicKey('command:unknown')).toBeUndefined();
  const { kid } = await createDirectoryKeyRing(directory, atOnce).signingKey('command');
  expect(await ring.publicKey(kid)).toBeDefined();
});

test('Calls that ask for a key together all find it, also while the first one still reads', async () => {
  const { kid } = await createDirectoryKeyRing(directory, atOnce).signingKey('gateway');
  const ring = createDirectoryKeyRing(directory, atOnce);
  const asked = [ring.publicKey(kid)];
  let isReading = true;
  void asked[0]?.then(() => (isReading = false));
  while (isReading) {
    await turnOfTheLoop();
    asked.push(ring.publicKey(kid));
  }
  expect(asked.length).toBeGreaterThan(2);
  expect(await Promise.all(asked)).not.toContain(undefined);
});

test('Several keys of one signer are valid together, so that keys rotate; one under another’s name is not', async () => {
  const ring = createDirectoryKeyRing(directory, atOnce);
  const { kid } = await ring.signingKey('gateway');
  const next = await generateStoredKeyPair('gateway');
  const stranger = await generateStoredKeyPair('stats-service');
  await writeFile(path.join(directory, 'gateway-next.public.jwk'), JSON.stringify(next.publicJwk));
  await writeFile(path.join(directory, 'auth-service.public.jwk'), JSON.stringify(stranger.publicJwk));
  expect(await ring.publicKey(kid)).toBeDefined();
  expect(await ring.publicKey(next.publicJwk.kid ?? '')).toBeDefined();
  expect(await ring.publicKey(stranger.publicJwk.kid ?? '')).toBeUndefined();
});
