import { seededRandom } from '@stitchd/statistics';
import { expect, test } from 'vitest';
import { assignUnits, shareBounds } from './assign-units.ts';
import { binomialBand } from './binomial-band.ts';
import { factsOf, judgeReplays } from './judge-replays.ts';
import { prepareReplay, type ReplayValues } from './replay-metric.ts';
import { replayInThread } from './replay-in-thread.ts';
import { runReplays } from './run-replays.ts';

const units = 2_000;
const random = seededRandom(7);
const numbersOf = (make: (unit: number) => number): Float64Array => Float64Array.from({ length: units }, (_, unit) => make(unit));
const spread = numbersOf(() => 1e9 + random.normal());
const denominators = numbersOf(() => 1 + random.below(5));
/** A third of the units had no past. */
const history = numbersOf((unit) => (unit % 3 === 0 ? 0 : 1));
const before = numbersOf((unit) => (history[unit] === 0 ? 0 : random.normal()));
const sizes = numbersOf(() => random.below(4));
const ratio = denominators.map((count) => count * (1 + random.uniform()));
const metrics: readonly ReplayValues[] = [
  { kind: 'mean', columns: [spread] },
  { kind: 'mean', columns: [numbersOf((unit) => 5 + 3 * (before[unit] ?? 0) + random.normal()), before] },
  { kind: 'share', columns: [numbersOf(() => (random.uniform() < 0.2 ? 1 : 0))] },
  { kind: 'ratio', columns: [ratio, denominators] },
  { kind: 'ratio', columns: [ratio, denominators, ratio.map((part, unit) => part * (history[unit] ?? 0)), history] },
  { kind: 'quantile', numbers: numbersOf(() => random.uniform()), level: 0.5 },
  { kind: 'event-quantile', sizes, numbers: eventsOf(sizes), level: 0.8 },
];
const names = ['mean', 'adjusted mean', 'share', 'ratio', 'adjusted ratio', 'quantile', 'quantile of events'];

/** Events of one unit are much alike. */
function eventsOf(counts: Float64Array): Float64Array {
  return Float64Array.from(
    Array.from(counts, (count) => {
      const own = random.normal();
      return Array.from({ length: count }, () => own + 0.2 * random.normal());
    }).flat(),
  );
}

const options = { variants: ['b', 'c'], alpha: 0.05, replays: 200 };
const task = { history, metrics, shares: [0.5, 0.3, 0.2], alpha: 0.05, replays: 200, seed: 11, bars: 10 };

test('Metrics of every kind, assigned anew, call as many differences as luck allows, and their p-values are flat', () => {
  const told: number[] = [];
  const counts = runReplays(task, (share) => told.push(share));
  expect(told.at(-1)).toBe(1);
  for (const [index, each] of counts.entries()) {
    const name = names[index] ?? '';
    const judged = judgeReplays({ key: name, name }, factsOf(metrics[index]!), each, options);
    expect(judged).toMatchObject({ verdict: 'calibrated', units, words: expect.stringContaining('It can be trusted.') });
    for (const { histogram, replays } of judged.comparisons) {
      expect(replays).toBe(200);
      expect(histogram.reduce((sum, bar) => sum + bar, 0)).toBe(200);
      // 20 in each on average: chi-square with 9 degrees of freedom stays under 27.9 in 999 of 1,000 cases.
      expect(histogram.reduce((sum, bar) => sum + (bar - 20) ** 2 / 20, 0)).toBeLessThan(27.9);
    }
  }
  expect(runReplays(task, () => undefined)).toEqual(counts);
});

test('A metric in which very few units have all of the value is found to be off', () => {
  const money: ReplayValues = { kind: 'mean', columns: [numbersOf((unit) => (unit === 0 ? 1e6 : unit < 40 ? 1 : 0))] };
  const counts = runReplays({ ...task, metrics: [money], shares: [0.8, 0.2] }, () => undefined);
  const judged = judgeReplays({ key: 'm', name: 'Money' }, factsOf(money), counts[0]!, {
    ...options,
    variants: ['b'],
  });
  expect(judged.verdict).not.toBe('calibrated');
  expect(judged.words).not.toContain('trusted');
});

test('A metric without any spread, one whose windows are all open, and a mean of fewer than 200 units in an arm say nothing', () => {
  const [flat, open] = [numbersOf(() => 3), numbersOf(() => Number.NaN)];
  const few = numbersOf((unit) => (unit < 600 ? random.normal() : Number.NaN));
  for (const [numbers, taking] of [
    [flat, units],
    [open, 0],
    [few, 600],
  ] as const) {
    const money: ReplayValues = { kind: 'mean', columns: [numbers] };
    const [counts] = runReplays({ ...task, replays: 10, metrics: [money] }, () => undefined);
    const judged = judgeReplays({ key: 'm', name: 'Money' }, factsOf(money), counts!, { ...options, replays: 10 });
    expect(judged).toMatchObject({ verdict: 'not-computable', units: taking });
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
  const [called] = prepareReplay({ kind: 'mean', columns: [shifted] }, { armCount: 2, alpha: 0.05, history })(arms);
  expect(called).toMatchObject({ isCalled: true });
  expect(called?.pValue).toBeLessThan(1e-6);
});

test('The band of a binomial leaves no more than half of what may be outside on either side', () => {
  expect(binomialBand(1_000, 0.05, 0.01)).toEqual({ low: 33, high: 69 });
  expect(binomialBand(100, 0.05, 0.01)).toEqual({ low: 0, high: 11 });
});

test('A thread gives the same as a call, tells its progress, and ends where its work is not wanted any more', async () => {
  const told: number[] = [];
  const once = () => structuredClone({ ...task, replays: 100 });
  const counts = await replayInThread(once(), new AbortController().signal, (share) => told.push(share));
  expect(counts).toEqual(runReplays(once(), () => undefined));
  expect(told.at(-1)).toBe(1);
  const leaving = new AbortController();
  const endless = replayInThread({ ...once(), replays: 1e9 }, leaving.signal, () => undefined);
  leaving.abort(new Error('not wanted'));
  await expect(endless).rejects.toThrow('not wanted');
});
