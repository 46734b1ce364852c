import { timestampDate, timestampFromDate, timestampMs } from '@bufbuild/protobuf/wkt';
import { findDerivedState, writeBounds, type JobBounds, type JobLease, type JobRow } from '@stitchd/db/stats';
import { LeaseLost } from '@stitchd/service-kit';
import type { Analysis } from '../analysis/analyse.ts';
import { analyseAside } from '../analysis/analyse-aside.ts';
import type { AnalysisInputs } from '../analysis/analysis-inputs.ts';
import { quantileCriticalValue } from '../analysis/quantile-critical-value.ts';
import { settingsOf } from '../analysis/settings-of-plan.ts';
import { deriveGoodMetrics, type GoodFigures } from '../computation/derive-good-metrics.ts';
import { findNeighbours } from '../computation/find-neighbours.ts';
import { findPlan, type FoundPlan } from '../computation/find-plan.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';
import type { Neighbour } from '../computation/overlap-query.ts';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import { gatherInputs } from '../results/gather-inputs.ts';
import { gatherPast } from '../results/gather-past.ts';
import { holdingLease, tellProgress } from './holding-lease.ts';
import { tellDerivation } from './tell-derivation.ts';

export interface Computed {
  readonly analysis: Analysis;
  readonly inputs: AnalysisInputs;
  /** How far the rows of units have come: to be kept with the results. */
  readonly state: GoodFigures['state'];
}

/** One attempt of a job; runs in the tenant of its experiment. @throws LeaseLost, and whatever keeps it from a result */
export async function compute(ctx: StatsContext, job: JobRow, lease: JobLease, stopping: AbortSignal): Promise<Computed> {
  const found = await ctx.observed.timed('plan', () => findPlan(ctx, job.experiment_id, job.iteration));
  const bounds = job.bounds ?? (await chooseBounds(ctx, found));
  const isOurs = await ctx.database.inTenant(lease.organisationId, (tx) => writeBounds(tx, lease, bounds));
  if (!isOurs) throw new LeaseLost();
  const { plan } = found;
  const known = await ctx.database.inTenant(lease.organisationId, (tx) => findDerivedState(tx, plan.iterationId));
  const period = { from: bounds.from, to: found.to?.toISOString() };
  const settings = settingsOf(found, { dataUntilMs: Date.parse(bounds.dataUntil), isFinal: job.cause === 'final' });
  const criticalValueOf = (metric: MetricPlan, matured: readonly number[]): number =>
    quantileCriticalValue({ plan, settings, bounds }, metric, matured);
  const neighbours = (): Promise<readonly Neighbour[]> => findNeighbours(ctx, plan);
  const asked = { store: ctx.eventStore, plan, bounds, criticalValueOf, neighbours, isFull: job.is_full };
  await tellProgress(ctx, lease, 0.1, 'Reading what units did');
  const derived = await holdingLease(ctx, lease, stopping, (signal) =>
    ctx.observed.timed('read', () =>
      deriveGoodMetrics({ ...asked, signal, isLastAttempt: job.attempts >= statsLimits.attempts }, period, known),
    ),
  );
  await tellProgress(ctx, lease, 0.9, 'Working out the results');
  const { dataUntil } = bounds;
  tellDerivation(ctx, derived, { experiment: job.experiment_id, iteration: plan.iterationId, dataUntil });
  const scope = { ...plan, organisationId: lease.organisationId };
  // One job of an iteration runs at a time: what is read here nobody else changes before the result is kept.
  const past = await ctx.database.inTenant(lease.organisationId, (tx) => gatherPast(tx, scope, plan.iteration));
  const inputs = gatherInputs({ settings, bounds, ...derived, past, computedAtMs: ctx.nowMs() });
  const analysis = await holdingLease(ctx, lease, stopping, (signal) =>
    ctx.observed.timed('analyse', () => analyseAside(inputs, signal)),
  );
  return { analysis, inputs, state: derived.state };
}

/**
 * What is stored by now, by the event store's own clock, since that is what stamps items. After a stop late data counts until the grace
 * period is over, and no longer, however late a job begins.
 */
export async function chooseBounds(ctx: StatsContext, { from, to, answer }: FoundPlan): Promise<JobBounds> {
  // Before the moment is chosen: what has left a spool by then is stored by the moment.
  const { storedUntil, silentReplicas } = await ctx.ingestion.getSpools({ since: timestampFromDate(from) });
  const [row] = await ctx.eventStore.systemQuery<{ now_ms: number }>('SELECT toUnixTimestamp64Milli(now64(3)) AS now_ms');
  if (row === undefined) throw new Error('the event store did not tell its time');
  const graceUntilMs = answer.graceUntil === undefined ? Infinity : timestampMs(answer.graceUntil);
  const dataUntil = new Date(Math.min(row.now_ms, graceUntilMs));
  const end = to !== undefined && to < dataUntil ? to : dataUntil;
  return {
    from: from.toISOString(),
    // A period that lies ahead is empty, not inverted.
    to: (end < from ? from : end).toISOString(),
    dataUntil: dataUntil.toISOString(),
    spools: {
      storedUntil: storedUntil === undefined ? null : timestampDate(storedUntil).toISOString(),
      silentReplicas,
    },
  };
}
