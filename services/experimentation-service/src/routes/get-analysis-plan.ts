import { create, type JsonObject, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isUuid } from '@stitchd/core';
import {
  findExperiment,
  findHoldout,
  listIterations,
  readPeriods,
  updateExperiment,
  type ExperimentRow,
  type HoldoutRow,
  type IterationRow,
} from '@stitchd/db/experiment';
import {
  AnalysisPlanSchema,
  type AnalysisPlan,
  type EarlierVerdictSchema,
  type Experiment,
  type FlagChangeSchema,
  type GetAnalysisPlanRequest,
} from '@stitchd/proto/experiment/v1/experiment';
import type { Tx } from '@stitchd/db/postgres';
import type { SplitEvent } from '@stitchd/proto/flag/v1/flag';
import { currentPrincipal, problem, organisationScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { versionsOf } from '../draft/metric-versions.ts';
import { experimentMessage } from '../experiment-message.ts';
import { askHistory } from '../iterations/ask-history.ts';
import { holdoutPlan } from '../holdouts/holdout-plan.ts';
import { periodMessage } from '../iterations/period-message.ts';
import { syncIteration } from '../iterations/sync-iteration.ts';

/** Of an experiment, or of a holdout by its id. For one that never started, the plan has no period. */
export async function getAnalysisPlan(
  ctx: ExperimentationContext,
  { experimentId }: GetAnalysisPlanRequest,
): Promise<AnalysisPlan> {
  const holdout = await ctx.database.inTenant(organisationScope(), (tx) => holdoutById(tx, experimentId));
  if (holdout !== undefined) return holdoutPlan(holdout);
  const known = await ctx.database.inTenant(organisationScope(), (tx) => requireById(tx, experimentId));
  const history = await askHistory(ctx, known);
  return ctx.database.inTenant(organisationScope(), async (tx) => {
    const found = await requireById(tx, experimentId, { lock: true });
    // Where it was started again in between, the history is that of the iteration before.
    const isCurrent = history !== undefined && found.iteration_id === known.iteration_id;
    const change = isCurrent ? await syncIteration(tx, found, history) : undefined;
    const row = change === undefined ? found : await updateExperiment(tx, found.id, change);
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
      snapshot: iteration.snapshot as unknown as JsonObject,
      flagChanges: (isCurrent ? history.events : []).flatMap(flagChange),
      earlierVerdicts: iterations.filter(({ number }) => number < iteration.number).map(earlierVerdict),
    });
  });
}

async function holdoutById(tx: Tx, id: string): Promise<HoldoutRow | undefined> {
  const row = isUuid(id) ? await findHoldout(tx, { id }) : undefined;
  return row !== undefined && isHere(row) ? row : undefined;
}

function isHere(row: { readonly environment_id: string }): boolean {
  const { environmentId } = currentPrincipal();
  return environmentId === undefined || row.environment_id === environmentId;
}

async function requireById(tx: Tx, id: string, options: { readonly lock?: boolean } = {}): Promise<ExperimentRow> {
  const row = isUuid(id) ? await findExperiment(tx, { id }, options) : undefined;
  if (row === undefined || !isHere(row)) throw problem('NOT_FOUND', 'There is no such experiment in this environment.');
  return row;
}

function flagChange({ at, kind, parts }: SplitEvent): readonly MessageInitShape<typeof FlagChangeSchema>[] {
  return kind === 'weights' || kind === 'enrolment' ? [] : [{ at, kind, parts }];
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
