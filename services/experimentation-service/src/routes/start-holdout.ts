import { countRunningHoldouts, updateHoldout } from '@stitchd/db/experiment';
import { lockEnvironments } from '@stitchd/db/platform';
import type { Holdout, StartHoldoutRequest } from '@stitchd/proto/experiment/v1/holdouts';
import { currentAuthor, environmentScope, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { latestMetricVersions } from '../draft/metric-versions.ts';
import { findHoldoutOrRefuse, lockHoldout } from '../holdouts/find-holdout-or-refuse.ts';
import { describeHoldout } from '../holdouts/holdout-message.ts';
import { holdoutPublication } from '../holdouts/holdout-publication.ts';
import { publishHoldoutChange } from '../holdouts/record-holdout-change.ts';
import { holdoutLimits } from '../limits.ts';

/**
 * Publishes the holdout. It covers what is bound from now on; what runs already goes on as it is, since its units would
 * otherwise change sides in the middle (decision 0023).
 */
export async function startHoldout(ctx: ExperimentationContext, request: StartHoldoutRequest): Promise<Holdout> {
  const scope = environmentScope();
  const { metric_keys: metricKeys } = await ctx.database.inTenant(scope.organisationId, (tx) =>
    findHoldoutOrRefuse(tx, scope.environmentId, request.key),
  );
  const versions = await latestMetricVersions(ctx, metricKeys);
  return ctx.database.inTenant(scope.organisationId, async (tx) => {
    const { row, message: before } = await lockHoldout(tx, scope.environmentId, request);
    if (row.state !== 'draft') throw problem('INVALID_STATE', `Only a draft can be started; this holdout is ${row.state}.`);
    if (row.ends_at !== null && row.ends_at.getTime() <= ctx.nowMs())
      throw problem('INVALID_STATE', 'The planned end of this holdout is past; give it another one first.');
    // Under the environment's lock, so that of two that start at once both are counted.
    await lockEnvironments(tx, [scope.environmentId]);
    const { running } = holdoutLimits;
    if ((await countRunningHoldouts(tx, scope.environmentId)) >= running)
      throw problem('CONFLICT', `At most ${running} holdouts run in an environment at once.`);
    const started = await updateHoldout(tx, row.id, {
      state: 'running',
      started_at: new Date(ctx.nowMs()),
      metric_versions: versions.filter(({ key }) => row.metric_keys.includes(key)),
    });
    const after = await describeHoldout(tx, started);
    await publishHoldoutChange(
      tx,
      ctx.newId,
      { ...scope, ...currentAuthor() },
      {
        record: { action: 'holdout.start', before, after },
        publication: holdoutPublication(started),
      },
    );
    return after;
  });
}
