import type { EndHoldoutRequest, Holdout } from '@stitchd/proto/experiment/v1/holdouts';
import { currentAuthor, environmentScope, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { endHoldoutNow } from '../holdouts/end-holdout-now.ts';
import { lockHoldout } from '../holdouts/find-holdout-or-refuse.ts';

/** For good: from now on its units get what everybody gets. */
export async function endHoldout(ctx: ExperimentationContext, request: EndHoldoutRequest): Promise<Holdout> {
  const scope = environmentScope();
  return ctx.database.inTenant(scope.organisationId, async (tx) => {
    const locked = await lockHoldout(tx, scope.environmentId, request);
    if (locked.row.state !== 'running')
      throw problem('INVALID_STATE', `Only a running holdout can be ended; this is ${locked.row.state}.`);
    return endHoldoutNow(tx, ctx, currentAuthor(), locked);
  });
}
