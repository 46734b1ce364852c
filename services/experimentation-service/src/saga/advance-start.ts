import { timestampDate } from '@bufbuild/protobuf/wkt';
import { ConnectError } from '@connectrpc/connect';
import {
  deleteSaga,
  findExperiment,
  findSaga,
  insertIteration,
  updateExperiment,
  type ExperimentRow,
  type SagaRow,
  type StoredArm,
} from '@stitchd/db/experiment';
import type { JsonValue, Split } from '@stitchd/core';
import type { Tx } from '@stitchd/db/postgres';
import type { BoundSplit } from '@stitchd/proto/flag/v1/flag';
import { isPassing, problemOf } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { enrolmentOf } from '../draft/check-flag.ts';
import { latestMetrics, versionsOf, type MeasuredMetrics } from '../draft/metric-versions.ts';
import { iterationSettings, snapshotHash } from '../iterations/iteration-settings.ts';
import { wholeShare } from '../limits.ts';
import { recordExperimentChange } from '../record-experiment-change.ts';
import { experimentSurroundings } from './experiment-surroundings.ts';
import type { SagaOutcome } from './saga-outcome.ts';

/** Binds the split, then records that the experiment runs; or makes it what it was before where that is refused. */
export async function advanceStart(ctx: ExperimentationContext, experiment: ExperimentRow, saga: SagaRow): Promise<SagaOutcome> {
  const measured = await latestMetrics(ctx, experiment.metrics);
  let bound: BoundSplit;
  try {
    bound = await ctx.splits.bindSplit({
      iterationId: saga.iteration_id,
      flagKey: experiment.flag_key,
      ruleId: experiment.rule_id,
      recorded: experiment.assignment === 'recorded',
      contextKind: experiment.unit_kind,
      rerandomise: saga.rerandomise,
      enrolmentMilliPercent: experiment.wanted_enrolment_milli_percent ?? undefined,
      ...(await experimentSurroundings(ctx, experiment)),
    });
  } catch (error) {
    // Every other refusal of flag-service is final.
    if (isPassing(error)) throw error;
    return refuse(ctx, saga, ConnectError.from(error));
  }
  return begin(ctx, saga, bound, measured);
}

function armsOf(experiment: ExperimentRow, bound: BoundSplit): readonly StoredArm[] {
  if (experiment.assignment === 'recorded') return experiment.arms;
  return bound.shares.map(({ variant, weightMilliPercent }) => ({ variant, expectedMilliPercent: weightMilliPercent }));
}

/** @param measured - what the iteration is measured by, until somebody says otherwise */
function begin(
  ctx: ExperimentationContext,
  saga: SagaRow,
  bound: BoundSplit,
  { metrics, graceMs }: MeasuredMetrics,
): Promise<SagaOutcome> {
  return settle(ctx, saga, async (tx, before) => {
    const startedAt = bound.boundAt === undefined ? new Date(ctx.nowMs()) : timestampDate(bound.boundAt);
    const arms = armsOf(before, bound);
    const unitKind = before.assignment === 'split' ? bound.contextKind : before.unit_kind;
    const split = (bound.split ?? null) as JsonValue;
    const settings = iterationSettings(before, { arms, unitKind, metrics, split });
    const hash = snapshotHash(settings);
    const number = before.iteration_number + 1;
    const enrolmentMilliPercent = bound.split === undefined ? wholeShare : enrolmentOf(bound.split as unknown as Split);
    await insertIteration(tx, {
      id: saga.iteration_id,
      organisationId: before.organisation_id,
      experimentId: before.id,
      number,
      splitId: bound.splitId,
      salt: bound.salt,
      startedAt,
      periodFrom: before.period_from ?? startedAt,
      periodTo: before.period_to ?? undefined,
      arms,
      enrolmentMilliPercent,
      settings,
      snapshotHash: hash,
      reRandomised: saga.rerandomise,
      graceMs,
    });
    const after = await updateExperiment(tx, before.id, {
      state: 'running',
      iteration_id: saga.iteration_id,
      iteration_number: number,
      started_at: startedAt,
      stopped_at: null,
      grace_until: null,
      served_after: null,
      arms,
      metric_versions: versionsOf(metrics),
      enrolment_milli_percent: enrolmentMilliPercent,
      wanted_enrolment_milli_percent: null,
      snapshot_hash: hash,
      changed_after_start: [],
      unit_kind: unitKind,
    });
    await recordExperimentChange(tx, ctx.newId, authorOf(saga), { action: 'experiment.started', before, after });
    return { kind: 'settled', experiment: after };
  });
}

function refuse(ctx: ExperimentationContext, saga: SagaRow, refusal: ConnectError): Promise<SagaOutcome> {
  return settle(ctx, saga, async (tx, before) => {
    const { code, detail } = problemOf(refusal);
    // What was refused may have been a restart.
    const state = before.iteration_id === null ? 'draft' : 'stopped';
    const after = await updateExperiment(tx, before.id, { state, start_problem: { code, detail } });
    await recordExperimentChange(tx, ctx.newId, authorOf(saga), { action: 'experiment.start-refused', before, after });
    return { kind: 'refused', experiment: after, refusal };
  });
}

/** Leaves `starting` and forgets the saga in one transaction; where another replica did so already, nothing happens. */
function settle(
  ctx: ExperimentationContext,
  saga: SagaRow,
  leave: (tx: Tx, before: ExperimentRow) => Promise<SagaOutcome>,
): Promise<SagaOutcome> {
  return ctx.database.inTenant(saga.organisation_id, async (tx) => {
    const before = await findExperiment(tx, { id: saga.experiment_id }, { lock: true });
    if (before === undefined) throw new Error(`experiment ${saga.experiment_id} is gone`);
    const current = await findSaga(tx, saga.experiment_id);
    if (current?.iteration_id !== saga.iteration_id || before.state !== 'starting')
      return { kind: 'settled', experiment: before };
    await deleteSaga(tx, saga.experiment_id);
    return leave(tx, before);
  });
}

export function authorOf(saga: SagaRow) {
  return { actor: saga.actor, requestId: saga.request_id };
}
