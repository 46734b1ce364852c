import { seededRandom } from '@stitchd/statistics';
import { assignUnits, shareBounds } from './assign-units.ts';
import { prepareReplay, type ReplayValues } from './replay-metric.ts';

/** What a thread replays. */
export interface ReplayTask {
  readonly metrics: readonly ReplayValues[];
  /** By unit: 1 where something of any metric happened before it was first seen. */
  readonly history: Float64Array;
  /** From 0 to 1, the baseline's first. */
  readonly shares: readonly number[];
  readonly alpha: number;
  readonly replays: number;
  readonly seed: number;
  readonly bars: number;
}

/** Of one arm against the baseline, over all replays. */
export interface ReplayCounts {
  readonly replays: number;
  readonly falsePositives: number;
  readonly histogram: readonly number[];
}

/** By metric and arm other than the baseline. All metrics see the same assignments. */
export function runReplays(task: ReplayTask, onProgress: (share: number) => void): readonly (readonly ReplayCounts[])[] {
  const { history, shares, alpha, replays, bars } = task;
  const once = task.metrics.map((values) => prepareReplay(values, { armCount: shares.length, alpha, history }));
  const counts = once.map(() =>
    shares.slice(1).map(() => ({ replays: 0, falsePositives: 0, histogram: Array.from({ length: bars }, () => 0) })),
  );
  const random = seededRandom(task.seed);
  const bounds = shareBounds(shares);
  const arms = new Uint8Array(history.length);
  for (let replay = 0; replay < replays; replay++) {
    assignUnits(arms, Math.floor(random.uniform() * 2 ** 32), bounds);
    for (const [index, callsOf] of once.entries())
      for (const [arm, call] of callsOf(arms).entries()) {
        const count = counts[index]?.[arm];
        if (call === undefined || count === undefined) continue;
        count.replays += 1;
        if (call.isCalled) count.falsePositives += 1;
        const bar = Math.min(bars - 1, Math.floor(call.pValue * bars));
        count.histogram[bar] = (count.histogram[bar] ?? 0) + 1;
      }
    onProgress((replay + 1) / replays);
  }
  return counts;
}
