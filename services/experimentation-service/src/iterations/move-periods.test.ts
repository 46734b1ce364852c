import type { StoredPeriod } from '@stitchd/db/experiment';
import { expect, test } from 'vitest';
import { movePeriods, pausePeriods } from './move-periods.ts';

const at = (hour: number) => new Date(Date.UTC(2026, 0, 1, hour));
const arms = (on: number) => [
  { variant: 'off', expectedMilliPercent: 100_000 - on },
  { variant: 'on', expectedMilliPercent: on },
];
const first: StoredPeriod = {
  number: 1,
  from: at(0),
  to: undefined,
  arms: arms(10_000),
  enrolmentMilliPercent: 20_000,
  isPause: false,
};
const weights = (hour: number, on: number) => ({ kind: 'weights' as const, at: at(hour), arms: arms(on) });
const shape = (periods: readonly StoredPeriod[]) =>
  periods.map(({ number, from, to, arms: [, on], isPause, enrolmentMilliPercent }) => [
    number,
    from.getUTCHours(),
    to?.getUTCHours(),
    on?.expectedMilliPercent,
    isPause,
    enrolmentMilliPercent,
  ]);

test('Other weights begin a period, and the same history again changes nothing', () => {
  const moves = [weights(1, 30_000), weights(2, 50_000)];
  const moved = movePeriods([first], moves);
  expect(shape(moved)).toEqual([
    [1, 0, 1, 10_000, false, 20_000],
    [2, 1, 2, 30_000, false, 20_000],
    [3, 2, undefined, 50_000, false, 20_000],
  ]);
  expect(movePeriods(moved, moves)).toEqual(moved);
});

test('A larger enrolment begins no period: it is that of the end of the period in which it came', () => {
  const raised = { kind: 'enrolment' as const, at: at(2), milliPercent: 50_000 };
  const moves = [weights(1, 30_000), raised, weights(3, 50_000)];
  expect(shape(movePeriods([first], moves)).map(([, , , , , share]) => share)).toEqual([20_000, 50_000, 50_000]);
});

test('A pause is a period with the weights of its time, and what is told late of them reaches into it', () => {
  const paused = pausePeriods([first], at(2), true);
  const resumed = pausePeriods(paused, at(3), false);
  expect(shape(movePeriods(resumed, [weights(1, 30_000)]))).toEqual([
    [1, 0, 1, 10_000, false, 20_000],
    [2, 1, 2, 30_000, false, 20_000],
    [3, 2, 3, 30_000, true, 20_000],
    [4, 3, undefined, 30_000, false, 20_000],
  ]);
});

test('What happens outside of the periods changes none of them', () => {
  const ended = [{ ...first, to: at(4) }];
  expect(pausePeriods(ended, at(5), true)).toEqual(ended);
});
