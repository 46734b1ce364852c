import { isDeepStrictEqual } from 'node:util';
import { updateExperiment } from '@stitchd/db/experiment';
import type { AdoptMetricVersionsRequest, Experiment } from '@stitchd/proto/experiment/v1/experiment';
import { requireVersion, environmentScope, currentAuthor } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { latestMetrics, versionsOf } from '../draft/metric-versions.ts';
import { experimentJson, experimentMessage } from '../experiment-message.ts';
import { changeSettings } from '../iterations/change-settings.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';
import { requireExperiment } from './get-experiment.ts';
import { requireMeasuring } from './require-state.ts';

/** A running experiment keeps the versions that it began with until somebody says otherwise, here. */
export async function adoptMetricVersions(
  ctx: ExperimentationContext,
  { key, ifVersion }: AdoptMetricVersionsRequest,
): Promise<Experiment> {
  const { organisationId, environmentId } = environmentScope();
  const { metrics } = await ctx.database.inTenant(organisationId, (tx) => requireExperiment(tx, environmentId, key));
  const latest = await latestMetrics(ctx, metrics);
  return ctx.database.inTenant(organisationId, async (tx) => {
    const before = await requireExperiment(tx, environmentId, key, { lock: true });
    requireVersion(ifVersion, before, experimentJson(before));
    requireMeasuring(before, 'move to other versions of its metrics');
    const versions = versionsOf(latest.metrics);
    if (isDeepStrictEqual(versions, before.metric_versions)) return experimentMessage(before);
    const changed = await changeSettings(tx, before, (settings) => ({ ...settings, metrics: latest.metrics }), latest.graceMs);
    const after = await updateExperiment(tx, before.id, { ...changed, metric_versions: versions });
    await recordExperimentChange(tx, ctx.newId, currentAuthor(), { action: 'experiment.adopt-metric-versions', before, after });
    return experimentMessage(after);
  });
}
