import { itemLimits } from './item-limits.ts';
import type { Rejection } from './item.ts';

/** The bounds of one batch's times, by our clock, and what brings the sender's clock to ours. */
export interface ItemTimes {
  readonly arrivalMs: number;
  /** Added to the sender's times; 0 unless the clocks differ by more than five minutes. */
  readonly skewMs: number;
  /** Inclusive. */
  readonly oldestMs: number;
  readonly newestMs: number;
  /** For messages. */
  readonly windowDays: number;
}

/**
 * @param sentAtMs - the sender's clock when it sent the batch
 * @param backfillDays - how far back the key may go; 0 for the window of everybody
 */
export function itemTimes(arrivalMs: number, sentAtMs: number, backfillDays: number): ItemTimes {
  const difference = arrivalMs - sentAtMs;
  const windowDays = Math.max(itemLimits.windowDays, backfillDays);
  return {
    arrivalMs,
    skewMs: Math.abs(difference) > itemLimits.clockToleranceMs ? difference : 0,
    oldestMs: arrivalMs - windowDays * itemLimits.dayMs,
    newestMs: arrivalMs + itemLimits.clockToleranceMs,
    windowDays,
  };
}

/**
 * Both the item's own time and the one in its id have to lie in the window: whoever deduplicates by id then knows that no
 * older copy can arrive.
 */
export function timeRejection(atMs: number, idMs: number, times: ItemTimes): Rejection | undefined {
  if (Math.min(atMs, idMs) + times.skewMs < times.oldestMs)
    return { code: 'ITEM_TOO_OLD', message: `The item is older than ${times.windowDays} days.` };
  // A clock may be so far ahead that its times can't be stored, corrected or not.
  if (Math.max(atMs, idMs) + times.skewMs > times.newestMs || atMs > itemLimits.latestMs)
    return { code: 'ITEM_IN_FUTURE', message: 'The item lies more than five minutes in the future.' };
  return undefined;
}
