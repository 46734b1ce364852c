import { expect, test } from 'vitest';
import { seededRandom } from './seeded-random.ts';

test('the same seed gives the same numbers, another one others', () => {
  const take = (seed: number): readonly number[] => {
    const { uniform } = seededRandom(seed);
    return Array.from({ length: 5 }, uniform);
  };
  expect(take(1)).toEqual(take(1));
  expect(take(1)).not.toEqual(take(2));
});

test('uniform and normal numbers have their first moments', () => {
  const { uniform, normal, below } = seededRandom(20_261_128);
  const count = 100_000;
  let [sum, square, fourth, flat, lower] = [0, 0, 0, 0, 0];
  for (let index = 0; index < count; index += 1) {
    const z = normal();
    const u = uniform();
    sum += z;
    square += z * z;
    fourth += z ** 4;
    flat += u;
    lower += below(10);
  }
  // Five standard errors each.
  expect(Math.abs(sum / count)).toBeLessThan(5 / Math.sqrt(count));
  expect(Math.abs(square / count - 1)).toBeLessThan(5 * Math.sqrt(2 / count));
  expect(Math.abs(fourth / count - 3)).toBeLessThan(5 * Math.sqrt(96 / count));
  expect(Math.abs(flat / count - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / count));
  expect(Math.abs(lower / count - 4.5)).toBeLessThan(5 * Math.sqrt(8.25 / count));
});
