import { updateExperiment as updateRow, type ExperimentRow } from '@stitchd/db/experiment';
import type { Experiment, UpdateExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { problem, requireVersion, environmentScope, currentAuthor } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { checkBaseline } from '../draft/check-arms.ts';
import { checkMetrics } from '../draft/check-flag.ts';
import { createFieldErrors } from '../draft/field-errors.ts';
import { checkMetricKeys, checkTexts } from '../draft/read-draft.ts';
import { experimentJson, experimentMessage } from '../experiment-message.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';
import { requireExperiment } from './get-experiment.ts';

/** Name and hypothesis may change at any time; what decides the results may change in a draft only. */
export async function updateExperiment(ctx: ExperimentationContext, request: UpdateExperimentRequest): Promise<Experiment> {
  const { organisationId, environmentId } = environmentScope();
  if (request.metricKeys.length > 0) await checkMetrics(ctx, request.metricKeys);
  return ctx.database.inTenant(organisationId, async (tx) => {
    const before = await requireExperiment(tx, environmentId, request.key, { lock: true });
    requireVersion(request.ifVersion, before, experimentJson(before));
    const change = readChange(before, request);
    const after = await updateRow(tx, before.id, change);
    await recordExperimentChange(tx, ctx.newId, currentAuthor(), { action: 'experiment.update', before, after });
    return experimentMessage(after);
  });
}

function readChange(before: ExperimentRow, request: UpdateExperimentRequest) {
  const decides = request.metricKeys.length > 0 || request.baselineVariant !== undefined;
  if (decides && before.state !== 'draft')
    throw problem('INVALID_STATE', 'Metrics and baseline of an experiment can be changed only while it is a draft.');
  const errors = createFieldErrors();
  const change = {
    name: request.name?.trim() || before.name,
    hypothesis: request.hypothesis ?? before.hypothesis,
    metric_keys: request.metricKeys.length > 0 ? request.metricKeys : before.metric_keys,
    baseline_variant: request.baselineVariant ?? before.baseline_variant,
  };
  checkTexts(change, errors);
  checkMetricKeys(change.metric_keys, errors);
  checkBaseline(before.arms, change.baseline_variant, errors);
  errors.refuse();
  return change;
}
