import type { JsonValue } from '@stitchd/core';
import {
  findJob,
  finishCancelled,
  finishJob,
  forgetOldResults,
  insertResult,
  postponeJob,
  saveDerivedState,
  saveReplay,
  type JobLease,
  type JobRow,
} from '@stitchd/db/stats';
import { LeaseLost, retryPauseMs, withCall } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import type { ExperimentResults } from '../results/experiment-results.ts';
import { saveAnalysis } from '../results/save-analysis.ts';
import { serviceCall } from '../service-call.ts';
import { compute, type Computed } from './compute.ts';
import type { ReplayResult } from '../replay/replay-result.ts';
import { jobFailureOf, type JobFailure } from './job-failure.ts';
import { replayPast } from './replay-past.ts';
import { tellHarm } from './tell-harm.ts';

/** How one attempt of a job ended. */
export type Attempt = 'succeeded' | 'failed' | 'postponed' | 'lost' | 'cancelled';

/** Attempts a job whose lease the caller has just taken. @throws where the configuration store does not answer: the lease ends by itself */
export async function runJob(ctx: StatsContext, lease: JobLease, stopping: AbortSignal): Promise<Attempt> {
  const job = await ctx.database.inTenant(lease.organisationId, (tx) => findJob(tx, lease.jobId));
  if (job === undefined) throw new Error(`job ${lease.jobId} is gone`);
  if (job.cancel_requested_at !== null) return endCancelled(ctx, lease);
  if (job.attempts > statsLimits.attempts) {
    ctx.observed.failed('ATTEMPTS_EXHAUSTED');
    return fail(ctx, job, lease, exhausted(job));
  }
  const tenant = { organisationId: lease.organisationId, projectId: job.project_id, environmentId: job.environment_id };
  try {
    return await withCall(serviceCall(tenant, `job-${job.id}`), () =>
      ctx.runningJobs.follow(job.id, (cancelled) => work(ctx, job, lease, AbortSignal.any([stopping, cancelled]))),
    );
  } catch (error) {
    const ended = await endCancelled(ctx, lease);
    if (ended === 'cancelled' || error instanceof LeaseLost) return ended;
    const failure = jobFailureOf(error);
    ctx.observed.failed(failure.code);
    ctx.log.warn(
      { job: job.id, experiment: job.experiment_id, attempt: job.attempts, code: failure.code, err: error },
      'computation failed',
    );
    // A service that stops gives its job to the others at once.
    if (stopping.aborted) return postpone(ctx, lease, failure, 0);
    if (failure.isPassing && job.attempts < statsLimits.attempts)
      return postpone(ctx, lease, failure, retryPauseMs(ctx.config.retryDelay, job.attempts));
    return fail(ctx, job, lease, failure);
  }
}

async function work(ctx: StatsContext, job: JobRow, lease: JobLease, stopping: AbortSignal): Promise<Attempt> {
  switch (job.kind) {
    case 'results': {
      const computed = await compute(ctx, job, lease, stopping);
      return ctx.observed.timed('save', () => publish(ctx, job, lease, computed));
    }
    case 'aa-replay': {
      const replayed = await replayPast(ctx, job, lease, stopping);
      return ctx.observed.timed('save', () => keepReplay(ctx, job, lease, replayed));
    }
  }
}

/** Keeps a result; then tells experimentation-service of harm, and its decision, so that the iteration knows how it ended. */
async function publish(ctx: StatsContext, job: JobRow, lease: JobLease, computed: Computed): Promise<Attempt> {
  const attempt = await succeed(ctx, job, lease, computed);
  if (attempt !== 'succeeded') return attempt;
  await tellHarm(ctx, computed.analysis);
  await tellDecision(ctx, job, computed.analysis.results);
  return attempt;
}

/** A result that is kept stays, whoever does not hear of it: the next one tells its decision again. */
async function tellDecision(ctx: StatsContext, job: JobRow, { iterationId, decision }: ExperimentResults): Promise<void> {
  try {
    await ctx.analysis.recordDecision({ iterationId, decision: decision.code });
  } catch (error) {
    ctx.log.warn({ job: job.id, iteration: iterationId, err: error }, 'a decision could not be told to experimentation-service');
  }
}

function keepReplay(ctx: StatsContext, job: JobRow, lease: JobLease, result: ReplayResult): Promise<Attempt> {
  return ctx.database.inTenant(lease.organisationId, async (tx) => {
    if (!(await finishJob(tx, lease, undefined))) return 'lost';
    await saveReplay(tx, {
      experimentId: job.experiment_id,
      organisationId: job.organisation_id,
      environmentId: job.environment_id,
      jobId: job.id,
      computedAt: new Date(ctx.nowMs()),
      result: result as unknown as JsonValue,
    });
    await forgetOldResults(tx, job.experiment_id, statsLimits);
    return 'succeeded';
  });
}

/** Where somebody wanted the job to end, it has; else whoever has the lease now goes on with it. */
async function endCancelled(ctx: StatsContext, lease: JobLease): Promise<Attempt> {
  const isCancelled = await ctx.database.inTenant(lease.organisationId, (tx) => finishCancelled(tx, lease));
  return isCancelled ? 'cancelled' : 'lost';
}

/** The message of the last attempt that told one is kept; a job whose workers all died has none. */
function exhausted(job: JobRow): JobFailure {
  const message = `The computation was begun ${job.attempts - 1} times and never ended${job.error_message === null ? '.' : `: ${job.error_message}`}`;
  return { code: 'ATTEMPTS_EXHAUSTED', message, isPassing: false };
}

function succeed(ctx: StatsContext, job: JobRow, lease: JobLease, { analysis, inputs, state }: Computed): Promise<Attempt> {
  return ctx.database.inTenant(lease.organisationId, async (tx) => {
    if (!(await finishJob(tx, lease, undefined))) return 'lost';
    const { results } = analysis;
    const scope = {
      organisationId: job.organisation_id,
      environmentId: job.environment_id,
      experimentId: job.experiment_id,
      iterationId: results.iterationId,
    };
    await saveDerivedState(tx, scope, state);
    await insertResult(tx, {
      ...scope,
      jobId: job.id,
      iteration: results.iteration,
      computedAt: new Date(results.computedAt),
      results: results as unknown as JsonValue,
    });
    const by = { scope, projectId: job.project_id, requestId: `job-${job.id}`, newId: ctx.newId };
    await saveAnalysis(tx, by, { analysis, inputs });
    await forgetOldResults(tx, job.experiment_id, statsLimits);
    return 'succeeded';
  });
}

async function postpone(ctx: StatsContext, lease: JobLease, failure: JobFailure, pauseMs: number): Promise<Attempt> {
  const isOurs = await ctx.database.inTenant(lease.organisationId, (tx) => postponeJob(tx, lease, pauseMs, failure));
  return isOurs ? 'postponed' : 'lost';
}

function fail(ctx: StatsContext, job: JobRow, lease: JobLease, failure: JobFailure): Promise<Attempt> {
  return ctx.database.inTenant(lease.organisationId, async (tx) => {
    if (!(await finishJob(tx, lease, failure))) return 'lost';
    // An experiment that only ever fails would gather jobs without end.
    await forgetOldResults(tx, job.experiment_id, statsLimits);
    return 'failed';
  });
}
