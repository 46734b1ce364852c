import { isDeepStrictEqual } from 'node:util';
import { setMetricVersions, updateExperiment } from '@stitchd/db/experiment';
import type { AdoptMetricVersionsRequest, Experiment } from '@stitchd/proto/experiment/v1/experiment';
import { problem, requireVersion, environmentScope, currentAuthor } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { latestMetricVersions } from '../draft/metric-versions.ts';
import { experimentJson, experimentMessage } from '../experiment-message.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';
import { requireExperiment } from './get-experiment.ts';

/** A running experiment keeps the versions that it began with until somebody says otherwise, here. */
export async function adoptMetricVersions(
  ctx: ExperimentationContext,
  { key, ifVersion }: AdoptMetricVersionsRequest,
): Promise<Experiment> {
  const { organisationId, environmentId } = environmentScope();
  const { metric_keys: metricKeys } = await ctx.database.inTenant(organisationId, (tx) =>
    requireExperiment(tx, environmentId, key),
  );
  const latest = await latestMetricVersions(ctx, metricKeys);
  return ctx.database.inTenant(organisationId, async (tx) => {
    const before = await requireExperiment(tx, environmentId, key, { lock: true });
    requireVersion(ifVersion, before, experimentJson(before));
    if (before.state !== 'running' || before.iteration_id === null)
      throw problem(
        'INVALID_STATE',
        `Only a running experiment can move to other versions of its metrics; this is ${before.state}.`,
      );
    if (isDeepStrictEqual(latest, before.metric_versions)) return experimentMessage(before);
    await setMetricVersions(tx, before.iteration_id, latest);
    const after = await updateExperiment(tx, before.id, { metric_versions: latest });
    await recordExperimentChange(tx, ctx.newId, currentAuthor(), { action: 'experiment.adopt-metric-versions', before, after });
    return experimentMessage(after);
  });
}
