import type { StoredArm, StoredPeriod } from '@stitchd/db/experiment';

/** Something that the split of an iteration was changed by. */
export type SplitMove =
  | { readonly kind: 'weights'; readonly at: Date; readonly arms: readonly StoredArm[] }
  | { readonly kind: 'enrolment'; readonly at: Date; readonly milliPercent: number };

/**
 * The periods of an iteration after what happened to its split: other weights begin a period, a larger enrolment none. What
 * they hold already changes nothing, so that all of a history may be given each time.
 * @param moves - in the order of time
 */
export function movePeriods(periods: readonly StoredPeriod[], moves: readonly SplitMove[]): readonly StoredPeriod[] {
  let moved = periods;
  for (const move of moves) if (move.kind === 'weights') moved = cutAt(moved, move.at, { arms: move.arms });
  return moved.map((period) => {
    const last = moves.findLast((move) => move.kind === 'enrolment' && (period.to === undefined || move.at < period.to));
    return last?.kind === 'enrolment' ? { ...period, enrolmentMilliPercent: last.milliPercent } : period;
  });
}

/** A pause begins or ends. */
export function pausePeriods(periods: readonly StoredPeriod[], at: Date, isPause: boolean): readonly StoredPeriod[] {
  return cutAt(periods, at, { isPause });
}

/** From a moment on, periods are as `change` says; where one begins at that moment already, it is as it should be. */
function cutAt(
  periods: readonly StoredPeriod[],
  at: Date,
  change: Partial<Pick<StoredPeriod, 'arms' | 'isPause'>>,
): readonly StoredPeriod[] {
  if (periods.some(({ from }) => from.getTime() === at.getTime())) return periods;
  const index = periods.findLastIndex(({ from, to }) => from < at && (to === undefined || at < to));
  const cut = periods[index];
  if (cut === undefined) return periods;
  const later = periods.slice(index + 1).map((period) => ({ ...period, ...change }));
  const all = [...periods.slice(0, index), { ...cut, to: at }, { ...cut, ...change, from: at }, ...later];
  return all.map((period, place) => ({ ...period, number: place + 1 }));
}
