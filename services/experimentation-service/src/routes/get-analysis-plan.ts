import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isUuid } from '@stitchd/core';
import { findExperiment, listIterations, readPeriods, type ExperimentRow, type IterationRow } from '@stitchd/db/experiment';
import {
  AnalysisPlanSchema,
  type AnalysisPlan,
  type EarlierVerdictSchema,
  type Experiment,
  type GetAnalysisPlanRequest,
} from '@stitchd/proto/experiment/v1/experiment';
import { currentPrincipal, problem, organisationScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { versionsOf } from '../draft/metric-versions.ts';
import { experimentMessage } from '../experiment-message.ts';
import { periodMessage } from '../iterations/period-message.ts';

/** For an experiment that never started, the plan has no period. */
export async function getAnalysisPlan(
  ctx: ExperimentationContext,
  { experimentId }: GetAnalysisPlanRequest,
): Promise<AnalysisPlan> {
  const { environmentId } = currentPrincipal();
  return ctx.database.inTenant(organisationScope(), async (tx) => {
    const row = isUuid(experimentId) ? await findExperiment(tx, { id: experimentId }) : undefined;
    if (row === undefined || (environmentId !== undefined && row.environment_id !== environmentId))
      throw problem('NOT_FOUND', 'There is no such experiment in this environment.');
    const iterations = await listIterations(tx, row.id);
    const iteration = iterations.find(({ id }) => id === row.iteration_id);
    if (iteration === undefined)
      return create(AnalysisPlanSchema, { experiment: experimentMessage(row), projectId: row.project_id });
    const periods = (await readPeriods(tx, [iteration.id])).get(iteration.id) ?? [];
    const [first, last] = [periods.at(0), periods.at(-1)];
    return create(AnalysisPlanSchema, {
      experiment: measuredExperiment(row, iteration),
      projectId: row.project_id,
      from: first && timestampFromDate(first.from),
      to: last?.to && timestampFromDate(last.to),
      periods: periods.map(periodMessage),
      graceUntil: timestampOf(iteration.grace_until),
      snapshotHash: iteration.snapshot_hash,
      earlierVerdicts: iterations.filter(({ number }) => number < iteration.number).map(earlierVerdict),
    });
  });
}

/** The experiment as its current iteration is measured: what was edited since is for the next one. */
function measuredExperiment(row: ExperimentRow, { settings }: IterationRow): Experiment {
  return experimentMessage({
    ...row,
    hypothesis: settings.hypothesis,
    unit_kind: settings.unitKind,
    baseline_variant: settings.baselineVariant,
    arms: settings.arms,
    metrics: settings.metrics,
    metric_versions: versionsOf(settings.metrics),
    alpha: settings.alpha,
    plan: settings.plan,
    analysis: settings.analysis,
  });
}

function earlierVerdict(iteration: IterationRow): MessageInitShape<typeof EarlierVerdictSchema> {
  return {
    iterationNumber: iteration.number,
    decision: iteration.decision,
    startedAt: timestampFromDate(iteration.started_at),
    stoppedAt: timestampOf(iteration.stopped_at),
  };
}

function timestampOf(date: Date | null) {
  return date === null ? undefined : timestampFromDate(date);
}
