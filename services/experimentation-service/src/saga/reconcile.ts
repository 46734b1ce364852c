import { claimSaga } from '@stitchd/db/experiment';
import type { ExperimentationContext } from '../context.ts';
import { sagaLimits } from '../limits.ts';
import { advanceSaga } from './advance-saga.ts';

/** Finishes or undoes every start and stop that is due, one after the other, until none is or `signal` says to stop. */
export async function reconcile(ctx: ExperimentationContext, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const claimed = await claimSaga(ctx.database, sagaLimits.leaseMs);
    if (claimed === undefined) return;
    const outcome = await advanceSaga(ctx, claimed);
    ctx.log.info({ experiment: claimed.experimentId, outcome: outcome.kind }, 'took up a half-done start or stop');
  }
}
