import { seededRandom } from '@stitchd/statistics';
import { expect, test } from 'vitest';
import { assignUnits, shareBounds } from './assign-units.ts';
import { binomialBand } from './binomial-band.ts';
import { judgeReplays } from './judge-replays.ts';
import { prepareReplay, type ReplayValues } from './replay-metric.ts';
import { replayInThread } from './replay-in-thread.ts';
import { runReplays } from './run-replays.ts';

const units = 4_000;
const random = seededRandom(7);
const numbersOf = (make: (unit: number) => number): Float64Array => Float64Array.from({ length: units }, (_, unit) => make(unit));
const spread = numbersOf(() => 1e9 + random.normal());
const denominators = numbersOf(() => 1 + random.below(5));
const metrics: readonly ReplayValues[] = [
  { kind: 'mean', numbers: spread },
  { kind: 'share', numbers: numbersOf(() => (random.uniform() < 0.2 ? 1 : 0)) },
  { kind: 'ratio', numbers: denominators.map((count) => count * (1 + random.uniform())), denominators },
  { kind: 'quantile', numbers: numbersOf(() => random.uniform()), level: 0.5 },
];
const names = ['mean', 'share', 'ratio', 'quantile'];
const options = { variants: ['b', 'c'], alpha: 0.05, replays: 400 };
const task = { units, metrics, shares: [0.5, 0.3, 0.2], alpha: 0.05, replays: 400, seed: 11, bars: 20 };

test('Metrics of every kind, assigned anew, call as many differences as luck allows, and their p-values are flat', () => {
  const told: number[] = [];
  const counts = runReplays(task, (share) => told.push(share));
  expect(told.at(-1)).toBe(1);
  for (const [index, each] of counts.entries()) {
    const name = names[index] ?? '';
    const judged = judgeReplays({ key: name, name }, metrics[index]!, each, options);
    expect(judged).toMatchObject({ verdict: 'calibrated', units, words: expect.stringContaining('It can be trusted.') });
    for (const { histogram, replays } of judged.comparisons) {
      expect(replays).toBe(400);
      expect(histogram.reduce((sum, bar) => sum + bar, 0)).toBe(400);
      // 20 in each on average: chi-square with 19 degrees of freedom stays under 43.8 in 999 of 1,000 cases.
      expect(histogram.reduce((sum, bar) => sum + (bar - 20) ** 2 / 20, 0)).toBeLessThan(43.8);
    }
  }
  expect(runReplays(task, () => undefined)).toEqual(counts);
});

test('A metric in which very few units have all of the value is found to be off', () => {
  const numbers = numbersOf((unit) => (unit === 0 ? 1e6 : unit < 40 ? 1 : 0));
  const counts = runReplays({ ...task, metrics: [{ kind: 'mean', numbers }], shares: [0.95, 0.05] }, () => undefined);
  const judged = judgeReplays({ key: 'm', name: 'Money' }, { kind: 'mean', numbers }, counts[0]!, {
    ...options,
    variants: ['b'],
  });
  expect(judged.verdict).not.toBe('calibrated');
  expect(judged.words).not.toContain('trusted');
});

test('A metric without any spread, and one whose windows are all open, say nothing', () => {
  const open = numbersOf(() => Number.NaN);
  for (const numbers of [numbersOf(() => 3), open]) {
    const [counts] = runReplays({ ...task, replays: 10, metrics: [{ kind: 'mean', numbers }] }, () => undefined);
    const judged = judgeReplays({ key: 'm', name: 'Money' }, { kind: 'mean', numbers }, counts!, { ...options, replays: 10 });
    expect(judged).toMatchObject({ verdict: 'not-computable', units: numbers === open ? 0 : units });
  }
});

test('Units get arms in the proportion of the shares, others in each replay', () => {
  const assigned = [1, 2].map((replay) => {
    const arms = new Uint8Array(100_000);
    assignUnits(arms, replay, shareBounds([0.5, 0.3, 0.2]));
    return arms;
  });
  for (const arms of assigned)
    for (const [arm, share] of [0.5, 0.3, 0.2].entries())
      // Six standard deviations.
      expect(Math.abs(arms.filter((each) => each === arm).length / 1e5 - share)).toBeLessThan(
        6 * Math.sqrt((share * (1 - share)) / 1e5),
      );
  const [first, second] = assigned;
  const same = first!.reduce((sum, arm, unit) => sum + (arm === second![unit] ? 1 : 0), 0) / 1e5;
  expect(Math.abs(same - (0.25 + 0.09 + 0.04))).toBeLessThan(0.01);
});

test('A difference that is there is called', () => {
  const arms = Uint8Array.from({ length: units }, (_, unit) => unit % 2);
  const shifted = spread.map((number, unit) => number + (unit % 2) * 0.5);
  expect(prepareReplay({ kind: 'mean', numbers: shifted }, 2, 0.05)(arms)[0]).toBeLessThan(1e-6);
});

test('The band of a binomial leaves no more than half of what may be outside on either side', () => {
  expect(binomialBand(1_000, 0.05, 0.01)).toEqual({ low: 33, high: 69 });
  expect(binomialBand(100, 0.05, 0.01)).toEqual({ low: 0, high: 11 });
});

test('A thread gives the same as a call, tells its progress, and ends where its work is not wanted any more', async () => {
  const told: number[] = [];
  const once = { ...task, replays: 100 };
  const counts = await replayInThread(once, new AbortController().signal, (share) => told.push(share));
  expect(counts).toEqual(runReplays(once, () => undefined));
  expect(told.at(-1)).toBe(1);
  const leaving = new AbortController();
  const endless = replayInThread({ ...task, replays: 1e9 }, leaving.signal, () => undefined);
  leaving.abort(new Error('not wanted'));
  await expect(endless).rejects.toThrow('not wanted');
});
