import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { authLimits } from '../limits.ts';
import { expectRefusal } from '../problem.test-support.ts';
import { createAttemptLimiter } from './attempt-limiter.ts';
import { createPasswordHasher } from './password-hasher.ts';
import { passwordFault } from './password-rules.ts';

const random = (bytes: number) => new Uint8Array(randomBytes(bytes));

test('A password has 12 to 256 characters, however many bytes they take', () => {
  expect(passwordFault('a'.repeat(11))).toContain('12 to 256');
  expect(passwordFault('a'.repeat(12))).toBeUndefined();
  expect(passwordFault('😀'.repeat(256))).toBeUndefined();
  expect(passwordFault('a'.repeat(257))).toBeDefined();
});

test('A password verifies against its own hash, which is argon2id with the declared parameters', async () => {
  const hasher = await createPasswordHasher(random);
  const hash = await hasher.hash('correct horse battery');
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hasher.verify(hash, 'correct horse battery')).toBe(true);
  expect(await hasher.verify(hash, 'correct horse batterz')).toBe(false);
  expect(await hasher.hash('correct horse battery')).not.toBe(hash);
  expect(hasher.isOutdated(hash)).toBe(false);
});

test('Without a hash nothing verifies, not even the empty password', async () => {
  const hasher = await createPasswordHasher(random);
  expect(await hasher.verify(undefined, '')).toBe(false);
  expect(await hasher.verify(undefined, 'anything at all')).toBe(false);
});

test('As many passwords as the limit says are worked on at once, and one more is refused', async () => {
  const hasher = await createPasswordHasher(random);
  const running = Array.from({ length: authLimits.passwordsAtOnce }, () => hasher.verify(undefined, 'x'));
  await expectRefusal('RATE_LIMITED', hasher.verify(undefined, 'x'));
  expect(await Promise.all(running)).not.toContain(true);
  expect(await hasher.verify(undefined, 'x')).toBe(false);
});

test('An address has so many attempts within a window, and gets new ones as the old ones leave it', () => {
  let now = 0;
  const limiter = createAttemptLimiter({ attempts: 2, windowMs: 1_000, remembered: 10, nowMs: () => now });
  expect(limiter.take('a')).toBeUndefined();
  now = 400;
  expect(limiter.take('a')).toBeUndefined();
  expect(limiter.take('a')).toBe(600);
  expect(limiter.take('b')).toBeUndefined();
  now = 999;
  expect(limiter.take('a')).toBe(1);
  now = 1_000;
  expect(limiter.take('a')).toBeUndefined();
  expect(limiter.take('a')).toBe(400);
  limiter.forget('a');
  expect(limiter.take('a')).toBeUndefined();
});

test('So many addresses are remembered, and the one that was tried longest ago is forgotten first', () => {
  const limiter = createAttemptLimiter({ attempts: 1, windowMs: 1_000, remembered: 2, nowMs: () => 0 });
  limiter.take('a');
  limiter.take('b');
  expect(limiter.take('a')).toBe(1_000);
  limiter.take('c');
  expect(limiter.take('b')).toBe(1_000);
  expect(limiter.take('a')).toBeUndefined();
});
