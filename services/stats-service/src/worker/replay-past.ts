import type { JobLease, JobRow } from '@stitchd/db/stats';
import type { StatsContext } from '../context.ts';
import { sampleOf, type History } from '../history/history-query.ts';
import { findPastMetrics, missing, type MissingMetric } from '../history/past-metric.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';
import { statsLimits } from '../limits.ts';
import { judgeReplays, replayWords } from '../replay/judge-replays.ts';
import { readReplayValues, type PastValues } from '../replay/read-replay-values.ts';
import { replayInThread } from '../replay/replay-in-thread.ts';
import type { ReplayRequest } from '../replay/replay-request.ts';
import type { ReplayResult } from '../replay/replay-result.ts';
import type { ReplayCounts } from '../replay/run-replays.ts';
import { holdingLease, tellProgress } from './holding-lease.ts';
import { ComputationRefused } from './job-failure.ts';

const dayMs = 86_400_000;
const whole = 100_000;

/** One attempt at a replay of the past; runs in the tenant of its experiment. @throws as `compute` */
export async function replayPast(ctx: StatsContext, job: JobRow, lease: JobLease, stopping: AbortSignal): Promise<ReplayResult> {
  const request = job.request as unknown as ReplayRequest;
  const { experiment } = await ctx.analysis.getAnalysisPlan({ experimentId: job.experiment_id });
  if (experiment === undefined) throw new ComputationRefused('EXPERIMENT_NOT_FOUND', 'The experiment is gone.');
  const keys = experiment.metrics.map(({ key }) => key).slice(0, statsLimits.plannedMetrics);
  const found = await findPastMetrics(ctx, keys);
  const metrics = found.filter((metric) => metric.kind === 'planned');
  const to = job.created_at;
  const history: History = {
    unitKind: experiment.unitKind,
    metrics,
    flagKey: '',
    from: new Date(to.getTime() - request.historyDays * dayMs).toISOString(),
    to: to.toISOString(),
    prePeriodDays: 0,
    sample: { from: 0, to: sampleOf - 1 },
  };
  await tellProgress(ctx, lease, 0.02, 'Reading what units did in the past');
  const shares = request.arms.map(({ milliPercent }) => milliPercent / whole);
  const { past, counts, seed } = await holdingLease(ctx, lease, stopping, async (signal) => {
    const values = await ctx.observed.timed('read-past', () =>
      readReplayValues({ store: ctx.eventStore, environmentId: job.environment_id, signal }, history),
    );
    await tellProgress(ctx, lease, 0.2, 'Assigning units anew');
    const task = {
      units: values.taken,
      metrics: values.metrics.filter((metric) => metric !== undefined),
      shares,
      alpha: experiment.alpha,
      replays: request.replays,
      // Of the job: another attempt replays the same.
      seed: Number.parseInt(job.id.replaceAll('-', '').slice(-8), 16),
      bars: statsLimits.histogramBars,
    };
    const tell = (share: number): void => {
      tellProgress(ctx, lease, 0.2 + 0.75 * share, 'Assigning units anew').catch((error: unknown) =>
        ctx.log.debug({ job: job.id, err: error }, 'could not tell the progress of a replay'),
      );
    };
    const counted = await ctx.observed.timed('replay', () => replayInThread(task, signal, tell));
    return { past: values, counts: counted, seed: task.seed };
  });
  return resultOf({ request, alpha: experiment.alpha, history, past, counts, seed, shares, found });
}

function resultOf(of: {
  readonly request: ReplayRequest;
  readonly alpha: number;
  readonly history: History;
  readonly past: PastValues;
  readonly counts: readonly (readonly ReplayCounts[])[];
  readonly seed: number;
  readonly shares: readonly number[];
  readonly found: readonly (MetricPlan | MissingMetric)[];
}): ReplayResult {
  const { request, alpha, history, past } = of;
  const variants = request.arms.slice(1).map(({ variant }) => variant);
  let next = 0;
  const metrics = of.found.map((metric) => {
    if (metric.kind === 'failed') return metric;
    const values = past.metrics[history.metrics.indexOf(metric)];
    if (values === undefined)
      return past.taken === 0
        ? missing(metric, 'NO_DATA', 'No unit of this kind was seen in this time.')
        : missing(metric, 'METRIC_UNSUPPORTED', 'A quantile over events is not replayed: it would need every event of the past.');
    return judgeReplays(metric, values, of.counts[next++] ?? [], { variants, alpha, replays: request.replays });
  });
  return {
    unitKind: history.unitKind,
    from: history.from,
    to: history.to,
    units: past.units,
    assignedUnits: past.taken,
    mostUnits: statsLimits.replayUnits,
    replays: request.replays,
    seed: of.seed,
    arms: request.arms.map(({ variant }, index) => ({ variant, share: of.shares[index] ?? 0 })),
    alpha,
    metrics,
    words: replayWords(metrics, past.units),
  };
}
