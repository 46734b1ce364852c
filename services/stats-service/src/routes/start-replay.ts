import { recordChange } from '@stitchd/db/platform';
import { enqueueJob } from '@stitchd/db/stats';
import type { Experiment } from '@stitchd/proto/experiment/v1/experiment';
import type { PlannedArm, StartReplayRequest } from '@stitchd/proto/stats/v1/planning';
import type { Job } from '@stitchd/proto/stats/v1/stats';
import { currentAuthor, environmentScope, problem } from '@stitchd/service-kit';
import type { StatsContext } from '../context.ts';
import { statsLimits } from '../limits.ts';
import type { ReplayRequest } from '../replay/replay-request.ts';
import { jobMessage } from './job-message.ts';
import { armErrors } from './plan-experiment.ts';

/** Answers at once; the job tells when the replay is done. One that waits already is answered instead of another. */
export async function startReplay(ctx: StatsContext, wake: () => void, request: StartReplayRequest): Promise<Job> {
  const scope = environmentScope();
  const { experimentId } = request;
  const { experiment } = await ctx.analysis.getAnalysisPlan({ experimentId });
  if (experiment === undefined) throw problem('NOT_FOUND', 'There is no such experiment in this environment.');
  if (experiment.iterationId !== '')
    throw problem('INVALID_STATE', 'A replay is made before the first start: afterwards the experiment itself assigns units.');
  const asked = checked(request, experiment);
  const job = await ctx.database.inTenant(scope.organisationId, async (tx) => {
    const kind = 'aa-replay';
    const enqueued = await enqueueJob(tx, {
      ...scope,
      id: ctx.newId(),
      experimentId,
      iteration: 0,
      kind,
      cause: 'on-demand',
      isUrgent: true,
      request: { ...asked, arms: asked.arms.map((arm) => ({ ...arm })) },
    });
    if (enqueued.isNew)
      await recordChange(tx, ctx.newId, {
        ...scope,
        ...currentAuthor(),
        action: 'stats.replay',
        resource: { kind: 'experiment', id: experimentId, key: experiment.key },
        after: { job: enqueued.job.id },
      });
    return enqueued.job;
  });
  wake();
  return jobMessage(job);
}

function checked(request: StartReplayRequest, experiment: Experiment): ReplayRequest {
  const historyDays = request.historyDays === 0 ? statsLimits.historyDays.usual : request.historyDays;
  const replays = request.replays === 0 ? statsLimits.replays.usual : request.replays;
  const arms = request.arms.length > 0 ? request.arms : armsOf(experiment);
  const { least, most } = statsLimits.replays;
  const errors = [
    ...(historyDays >= 1 && historyDays <= statsLimits.historyDays.most
      ? []
      : [{ path: '/historyDays', message: `must be from 1 to ${statsLimits.historyDays.most}` }]),
    ...(replays >= least && replays <= most ? [] : [{ path: '/replays', message: `must be from ${least} to ${most}` }]),
    ...armErrors(arms),
  ];
  if (errors.length > 0) throw problem('VALIDATION_FAILED', 'The replay can not be made as asked for.', { errors });
  return { historyDays, replays, arms: arms.map(({ variant, milliPercent }) => ({ variant, milliPercent })) };
}

type Arm = Pick<PlannedArm, 'variant' | 'milliPercent'>;

/** Those of the experiment, the baseline first; two equal ones where its split is not known yet. */
function armsOf(experiment: Experiment): PlannedArm[] {
  const known: Arm[] = experiment.arms.map(({ variant, expectedMilliPercent }) => ({
    variant,
    milliPercent: expectedMilliPercent,
  }));
  const baseline = known.filter(({ variant }) => variant === experiment.baselineVariant);
  const others = known.filter(({ variant }) => variant !== experiment.baselineVariant);
  const arms = known.length >= 2 ? [...baseline, ...others] : halves(experiment.baselineVariant);
  return arms as PlannedArm[];
}

function halves(baseline: string): Arm[] {
  return [
    { variant: baseline === '' ? 'baseline' : baseline, milliPercent: 50_000 },
    { variant: 'other', milliPercent: 50_000 },
  ];
}
