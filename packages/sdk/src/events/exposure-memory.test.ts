import { expect, test } from 'vitest';
import { createExposureMemory } from './exposure-memory.ts';

test('The same exposure is new again after its time, and after it was forgotten', () => {
  const memory = createExposureMemory(2, 100);
  expect(memory.isNew('a', 0)).toBe(true);
  expect(memory.isNew('a', 99)).toBe(false);
  expect(memory.isNew('a', 100)).toBe(true);
  memory.isNew('b', 100);
  memory.isNew('c', 100);
  expect(memory.isNew('a', 101)).toBe(true);
});

test('An exposure that could not be queued is forgotten, so that the next one is sent', () => {
  const memory = createExposureMemory(2, 100);
  memory.isNew('a', 0);
  memory.forget('a');
  expect(memory.isNew('a', 1)).toBe(true);
});

test('A clock that jumped back does not silence an exposure', () => {
  const memory = createExposureMemory(2, 100);
  memory.isNew('a', 1_000);
  expect(memory.isNew('a', 10)).toBe(true);
});
