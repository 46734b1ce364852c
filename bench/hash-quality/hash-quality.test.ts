import { expect, test } from 'vitest';
import { evenness } from './measures.mjs';
import { bounds, measureHash, profiles } from './profile.mjs';
import { seededRandom } from './units.mjs';

test('The bucket hash is uniform, independent between splits, and flips half of its bits, on units of every shape', () => {
  const { uniform, independent, avalanche } = measureHash(profiles.fast, () => undefined);
  for (const { name, p } of uniform) expect(p, name).toBeGreaterThan(bounds.leastUniformP);
  for (const { name, evenness: even } of independent.byShape) expect(even, name).toBeGreaterThan(bounds.leastEvenness);
  expect(independent.all).toBeGreaterThan(bounds.leastEvenness);
  expect(independent.oneBitApart).toBeGreaterThan(bounds.leastEvenness);
  for (const { name, least, greatest } of avalanche) {
    expect(least, name).toBeGreaterThan(bounds.leastFlips);
    expect(greatest, name).toBeLessThan(bounds.greatestFlips);
  }
});

test('Evenness tells p-values that crowd from those that do not', () => {
  const random = seededRandom(3);
  const even = Array.from({ length: 1_000 }, () => random() / 2 ** 32);
  expect(evenness(even)).toBeGreaterThan(0.01);
  expect(evenness(even.map((p) => p ** 1.3))).toBeLessThan(0.001);
  expect(evenness(even.map((p) => 0.5 + p / 4))).toBeLessThan(1e-9);
});
