import { createHash } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { KeyIdentitySchema, type KeyIdentity } from '@stitchd/proto/auth/v1/auth';
import { problem, problemOf } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { unknownKeyMs } from '../limits.ts';
import type { Hearing } from './invalidations.ts';
import { createKeyIdentities } from './key-identities.ts';

const graceMs = 60_000;
const hashOf = (key: string): string => createHash('sha256').update(key).digest('hex');
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'answered',
    (error: unknown) => problemOf(error).code,
  );

function setUp() {
  const state = {
    nowMs: 0,
    hearing: { kind: 'hearing' } as Hearing,
    lookUps: 0,
    expiresAtMs: 0,
    isUnknown: false,
    isDown: false,
  };
  let release: (() => void) | undefined;
  const keys = createKeyIdentities({
    async verify(): Promise<KeyIdentity> {
      state.lookUps++;
      await new Promise<void>((resolve) => {
        if (release === undefined) resolve();
        else release = resolve;
      });
      if (state.isDown) throw problem('SERVICE_UNAVAILABLE', 'is down');
      if (state.isUnknown) throw problem('KEY_UNKNOWN', 'There is no such key.');
      return create(KeyIdentitySchema, {
        id: 'k-1',
        kind: 'sdk-key',
        keyKind: 'server',
        environmentId: 'e-1',
        ...(state.expiresAtMs > 0 && { expiresAt: timestampFromMs(state.expiresAtMs) }),
      });
    },
    hearing: () => state.hearing,
    heardFirst: async () => undefined,
    graceMs,
    nowMs: () => state.nowMs,
    onLookUp: () => undefined,
  });
  return {
    state,
    keys,
    hold: () => (release = () => undefined),
    letGo: () => {
      const resolve = release;
      release = undefined;
      resolve?.();
    },
  };
}

test('A key is looked up once, however many ask at once, until it is forgotten', async () => {
  const { state, keys } = setUp();
  await Promise.all([keys.find('a'), keys.find('a'), keys.find('a')]);
  await keys.find('a');
  expect(state.lookUps).toBe(1);
  keys.forget(hashOf('a'));
  await keys.find('a');
  expect(state.lookUps).toBe(2);
});

test('A key that is revoked while it is looked up is not remembered', async () => {
  const { state, keys, hold, letGo } = setUp();
  hold();
  const found = keys.find('a');
  await Promise.resolve();
  keys.forget(hashOf('a'));
  letGo();
  await found;
  await keys.find('a');
  expect(state.lookUps).toBe(2);
});

test('From memory a key is known until it is forgotten, and without asking anybody', async () => {
  const { state, keys } = setUp();
  expect(keys.recall('a')).toBeUndefined();
  const found = await keys.find('a');
  expect(keys.recall('a')).toBe(found);
  keys.forget(hashOf('a'));
  expect(keys.recall('a')).toBeUndefined();
  expect(state.lookUps).toBe(1);
});

test('While revocations are not heard of, known keys stay valid for the grace and unknown ones are not admitted', async () => {
  const { state, keys } = setUp();
  await keys.find('known');
  state.hearing = { kind: 'deaf', sinceMs: 0 };
  state.nowMs = graceMs - 1;
  expect(await codeOf(keys.find('known'))).toBe('answered');
  expect(await codeOf(keys.find('new'))).toBe('SERVICE_UNAVAILABLE');
  state.nowMs = graceMs;
  expect(await codeOf(keys.find('known'))).toBe('SERVICE_UNAVAILABLE');
  state.hearing = { kind: 'hearing' };
  expect(await codeOf(keys.find('known'))).toBe('answered');
  expect(state.lookUps).toBe(1);
});

test('A key that does not exist is not asked for again for a while; a failure to ask is not remembered', async () => {
  const { state, keys } = setUp();
  state.isUnknown = true;
  expect(await codeOf(keys.find('a'))).toBe('KEY_UNKNOWN');
  state.nowMs = unknownKeyMs - 1;
  expect(await codeOf(keys.find('a'))).toBe('KEY_UNKNOWN');
  expect(state.lookUps).toBe(1);
  state.nowMs = unknownKeyMs;
  state.isDown = true;
  expect(await codeOf(keys.find('a'))).toBe('SERVICE_UNAVAILABLE');
  state.isDown = false;
  state.isUnknown = false;
  expect(await codeOf(keys.find('a'))).toBe('answered');
});

test('A token ends at its time, also from memory', async () => {
  const { state, keys } = setUp();
  state.expiresAtMs = 1_000;
  expect(await codeOf(keys.find('a'))).toBe('answered');
  state.nowMs = 999;
  expect(await codeOf(keys.find('a'))).toBe('answered');
  state.nowMs = 1_000;
  expect(await codeOf(keys.find('a'))).toBe('KEY_REVOKED');
});
