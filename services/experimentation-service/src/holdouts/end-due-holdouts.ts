import { dueHoldouts, findHoldout } from '@stitchd/db/experiment';
import type { ExperimentationContext } from '../context.ts';
import { holdoutLimits } from '../limits.ts';
import { endHoldoutNow } from './end-holdout-now.ts';
import { describeHoldout } from './holdout-message.ts';

const actor = { kind: 'service', id: 'experimentation-service', name: 'experimentation-service' };

/** Ends the holdouts whose planned end is past; replicas that find the same one take turns, and one ends it. */
export async function endDueHoldouts(ctx: ExperimentationContext, signal: AbortSignal): Promise<void> {
  for (const { holdoutId, organisationId } of await dueHoldouts(ctx.database, holdoutLimits.dueAtOnce)) {
    if (signal.aborted) return;
    await ctx.database.inTenant(organisationId, async (tx) => {
      const row = await findHoldout(tx, { id: holdoutId }, { lock: true });
      // Meanwhile it may have ended, or have been given more time.
      if (row?.state !== 'running' || row.ends_at === null || row.ends_at.getTime() > ctx.nowMs()) return;
      const message = await describeHoldout(tx, row);
      await endHoldoutNow(tx, ctx, { actor, requestId: ctx.newId() }, { row, message });
    });
  }
}
