import { expect, test } from 'vitest';
import { planSlices } from './plan-slices.ts';

const limits = { sliceRows: 100, sliceBytes: 1_000, slicesPerHour: 8 };
const hour = (index: number, items: number, bytes = items) => ({ hour: index * 3_600, items, bytes });
const whole = (from: number, to: number) => ({ fromHour: from * 3_600, toHour: to * 3_600, part: 0, parts: 1 });

test('Hours that fit are read together, in the order of time, whatever lies between them', () => {
  expect(planSlices([hour(9, 30), hour(1, 40), hour(3, 30)], limits)).toEqual([whole(1, 10)]);
  expect(planSlices([hour(1, 60), hour(2, 40), hour(3, 1)], limits)).toEqual([whole(1, 3), whole(3, 4)]);
  expect(planSlices([], limits)).toEqual([]);
});

test('An hour that does not fit is cut by rows or bytes, whichever need more parts, up to the limit', () => {
  const parts = (items: number, bytes: number) =>
    planSlices([hour(1, items, bytes)], limits).map(({ part, parts: of }) => [part, of]);
  expect(parts(250, 250)).toEqual([
    [0, 3],
    [1, 3],
    [2, 3],
  ]);
  expect(parts(10, 1_001)).toEqual([
    [0, 2],
    [1, 2],
  ]);
  expect(parts(100, 1_000)).toEqual([[0, 1]]);
  expect(parts(1_000_000, 10)).toHaveLength(8);
  expect(planSlices([hour(1, 1), hour(2, 200), hour(3, 1)], limits)).toEqual([
    whole(1, 2),
    { ...whole(2, 3), part: 0, parts: 2 },
    { ...whole(2, 3), part: 1, parts: 2 },
    whole(3, 4),
  ]);
});
