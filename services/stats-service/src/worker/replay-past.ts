import type { JobLease, JobRow } from '@stitchd/db/stats';
import type { StatsContext } from '../context.ts';
import type { History } from '../history/history.ts';
import { findExclusions } from '../computation/find-plan.ts';
import { findPastMetrics, missing, type MissingMetric } from '../history/past-metric.ts';
import { readPast } from '../history/read-past.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';
import { statsLimits } from '../limits.ts';
import { factsOf, judgeReplays, replayWords, type ReplayFacts } from '../replay/judge-replays.ts';
import { readReplayValues } from '../replay/read-replay-values.ts';
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
  const { adjustment, prePeriodDays = 0 } = experiment.analysis ?? {};
  const history: History = {
    environmentId: job.environment_id,
    unitKind: experiment.unitKind,
    metrics,
    exclusions: await findExclusions(ctx),
    traffic: { kind: 'anywhere' },
    from: new Date(to.getTime() - request.historyDays * dayMs).toISOString(),
    to: to.toISOString(),
    prePeriodDays: adjustment === 'off' ? 0 : prePeriodDays,
  };
  await tellProgress(ctx, lease, 0.02, 'Reading what units did in the past');
  const shares = request.arms.map(({ milliPercent }) => milliPercent / whole);
  // Of the job: another attempt replays the same.
  const seed = Number.parseInt(job.id.replaceAll('-', '').slice(-8), 16);
  const replayed = await holdingLease(ctx, lease, stopping, async (signal) => {
    const past = await ctx.observed.timed('read-past', async () =>
      readReplayValues(await readPast(ctx.eventStore, history, signal)),
    );
    await tellProgress(ctx, lease, 0.2, 'Assigning units anew');
    const facts = past.metrics.map(factsOf);
    const { alpha } = experiment;
    const task = { ...past, shares, alpha, replays: request.replays, seed, bars: statsLimits.histogramBars };
    const tell = (share: number): void => {
      tellProgress(ctx, lease, 0.2 + 0.75 * share, 'Assigning units anew').catch((error: unknown) =>
        ctx.log.debug({ job: job.id, err: error }, 'could not tell the progress of a replay'),
      );
    };
    const counts = await ctx.observed.timed('replay', () => replayInThread(task, signal, tell));
    return { units: past.units, assignedUnits: past.taken, facts, counts };
  });
  return resultOf({ request, alpha: experiment.alpha, history, seed, shares, found, ...replayed });
}

function resultOf(of: {
  readonly request: ReplayRequest;
  readonly alpha: number;
  readonly history: History;
  readonly units: number;
  readonly assignedUnits: number;
  readonly facts: readonly ReplayFacts[];
  readonly counts: readonly (readonly ReplayCounts[])[];
  readonly seed: number;
  readonly shares: readonly number[];
  readonly found: readonly (MetricPlan | MissingMetric)[];
}): ReplayResult {
  const { request, alpha, history, units, assignedUnits, seed } = of;
  const variants = request.arms.slice(1).map(({ variant }) => variant);
  const metrics = of.found.map((metric) => {
    if (metric.kind === 'failed') return metric;
    const position = history.metrics.indexOf(metric);
    const [facts, counts] = [of.facts[position], of.counts[position]];
    if (facts === undefined || counts === undefined || assignedUnits === 0)
      return missing(metric, 'NO_DATA', 'No unit of this kind was seen in this time.');
    return judgeReplays(metric, facts, counts, { variants, alpha, replays: request.replays });
  });
  return {
    unitKind: history.unitKind,
    from: history.from,
    to: history.to,
    prePeriodDays: history.prePeriodDays,
    units,
    assignedUnits,
    mostUnits: statsLimits.replayUnits,
    replays: request.replays,
    seed,
    arms: request.arms.map(({ variant }, index) => ({ variant, share: of.shares[index] ?? 0 })),
    alpha,
    metrics,
    words: replayWords(metrics, units),
  };
}
