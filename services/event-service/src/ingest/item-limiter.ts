import { createBoundedMap } from '@stitchd/service-kit';
import { itemLimits } from '@stitchd/events';
import { eventServiceLimits } from '../limits.ts';

/**
 * How many items each environment may send, counted in this process: a bucket that fills with what the environment may send in
 * a second, holds what it may send in some seconds, and always at least one largest batch. A batch that doesn't fit is
 * refused as a whole.
 */
export interface ItemLimiter {
  /** Takes items of an environment, or none; then the whole seconds after which they would fit. */
  readonly take: (environmentId: string, items: number, itemsPerSecond: number) => number | undefined;
}

interface Bucket {
  readonly items: number;
  readonly atMs: number;
}

export function createItemLimiter(nowMs: () => number): ItemLimiter {
  // One that is forgotten is full again: at most once for as many other environments.
  const buckets = createBoundedMap<Bucket>(eventServiceLimits.limitedEnvironments);
  return {
    take(environmentId, items, itemsPerSecond) {
      const size = Math.max(itemsPerSecond * eventServiceLimits.burstSeconds, itemLimits.items);
      const now = nowMs();
      const before = buckets.get(environmentId) ?? { items: size, atMs: now };
      // A clock that was set back adds nothing.
      const filled = before.items + (Math.max(0, now - before.atMs) * itemsPerSecond) / 1_000;
      const held = Math.min(size, filled);
      const left = held - items;
      buckets.set(environmentId, { items: left < 0 ? held : left, atMs: now });
      return left < 0 ? Math.max(1, Math.ceil(-left / itemsPerSecond)) : undefined;
    },
  };
}
