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
  type FlagChangeSchema,
  type GetAnalysisPlanRequest,
} from '@stitchd/proto/experiment/v1/experiment';
import type { Tx } from '@stitchd/db/postgres';
import type { SplitEvent } from '@stitchd/proto/flag/v1/flag';
import { currentPrincipal, problem, organisationScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentMessage } from '../experiment-message.ts';
import { askHistory } from '../iterations/ask-history.ts';
import { measuredExperiment } from '../iterations/measured-experiment.ts';
import { holdoutPlan } from '../holdouts/holdout-plan.ts';
import { periodMessage } from '../iterations/period-message.ts';
import { syncIteration } from '../iterations/sync-iteration.ts';

/**
 * Of an iteration of an experiment, or of a holdout by its id. For an experiment that never started, the plan has no period.
 * @throws NOT_FOUND for what is not in this environment, and for an iteration that there was not
 */
export async function getAnalysisPlan(
  ctx: ExperimentationContext,
  { experimentId, iteration: number }: GetAnalysisPlanRequest,
): Promise<AnalysisPlan> {
  const holdout = await ctx.database.inTenant(organisationScope(), (tx) => holdoutById(tx, experimentId));
  if (holdout !== undefined) return holdoutPlan(holdout);
  const asked = await ctx.database.inTenant(organisationScope(), async (tx) => {
    const row = await requireById(tx, experimentId);
    return { row, iteration: await findAsked(tx, row, number) };
  });
  const history = await askHistory(ctx, { ...asked.row, iteration_id: asked.iteration?.id ?? null });
  return ctx.database.inTenant(organisationScope(), async (tx) => {
    const found = await requireById(tx, experimentId, { lock: true });
    // Where it was started again in between, and the current one is asked for, the history is that of the iteration before.
    const isCurrent = history !== undefined && asked.iteration?.id === found.iteration_id;
    const change = isCurrent ? await syncIteration(tx, found, history) : undefined;
    const row = change === undefined ? found : await updateExperiment(tx, found.id, change);
    const iterations = await listIterations(tx, row.id);
    const iteration = iterations.find(({ id }) => id === (number === 0 ? row.iteration_id : asked.iteration?.id));
    if (iteration === undefined)
      return create(AnalysisPlanSchema, { experiment: experimentMessage(row), projectId: row.project_id });
    const periods = (await readPeriods(tx, [iteration.id])).get(iteration.id) ?? [];
    const [first, last] = [periods.at(0), periods.at(-1)];
    const events = iteration.id === asked.iteration?.id ? (history?.events ?? []) : [];
    return create(AnalysisPlanSchema, {
      experiment: measuredExperiment(row, iteration, periods),
      projectId: row.project_id,
      from: first && timestampFromDate(first.from),
      to: last?.to && timestampFromDate(last.to),
      periods: periods.map(periodMessage),
      graceUntil: timestampOf(iteration.grace_until),
      snapshotHash: iteration.snapshot_hash,
      snapshot: iteration.snapshot as unknown as JsonObject,
      flagChanges: events.flatMap(flagChange),
      earlierVerdicts: iterations.filter((other) => other.number < iteration.number).map(earlierVerdict),
    });
  });
}

/** Undefined for the current one of an experiment that never started. */
async function findAsked(tx: Tx, row: ExperimentRow, number: number): Promise<IterationRow | undefined> {
  const iterations = await listIterations(tx, row.id);
  const found = iterations.find((each) => (number === 0 ? each.id === row.iteration_id : each.number === number));
  if (found === undefined && number !== 0) throw problem('NOT_FOUND', `The experiment has no iteration ${number}.`);
  return found;
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
