import { environmentScope } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';

/** What became of an environment's items lately, as this process saw it, beside what it may send. */
export async function getIngestion(ctx: EventContext) {
  const scope = environmentScope();
  const { itemsPerSecond } = await ctx.environmentSettings.get(scope);
  return {
    itemsPerSecond,
    lastMinute: { ...ctx.itemCounts.of(scope.environmentId, 1) },
    lastHour: { ...ctx.itemCounts.of(scope.environmentId, 60) },
    waiting: ctx.waitingOf(scope.environmentId),
  };
}
