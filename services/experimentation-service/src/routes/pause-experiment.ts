import { readPeriods, replacePeriods, type ExperimentRow } from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import type { Experiment, PauseExperimentRequest, ResumeExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { pausePeriods } from '../iterations/move-periods.ts';
import { changeExperiment } from './change-experiment.ts';

/** Who is served what stays as it is; units that come for the first time from now on stay out of the analysis for good. */
export function pauseExperiment(ctx: ExperimentationContext, request: PauseExperimentRequest): Promise<Experiment> {
  return changeExperiment(ctx, request, 'experiment.pause', async (tx, before) => {
    if (before.state !== 'running')
      throw problem('INVALID_STATE', `Only a running experiment can be paused; this is ${before.state}.`);
    if (before.assignment === 'recorded')
      throw problem('INVALID_STATE', 'Arms of this experiment are assigned elsewhere; nothing of it can be paused here.');
    await cut(tx, before, new Date(ctx.nowMs()), true);
    return { state: 'paused' };
  });
}

export function resumeExperiment(ctx: ExperimentationContext, request: ResumeExperimentRequest): Promise<Experiment> {
  return changeExperiment(ctx, request, 'experiment.resume', async (tx, before) => {
    if (before.state !== 'paused')
      throw problem('INVALID_STATE', `Only a paused experiment can be resumed; this is ${before.state}.`);
    await cut(tx, before, new Date(ctx.nowMs()), false);
    return { state: 'running' };
  });
}

async function cut(tx: Tx, experiment: ExperimentRow, now: Date, isPause: boolean): Promise<void> {
  const { iteration_id: id, organisation_id: organisationId } = experiment;
  if (id === null) throw new Error(`experiment ${experiment.id} runs without an iteration`);
  const periods = (await readPeriods(tx, [id])).get(id) ?? [];
  // Clocks of two processes differ: a period never ends before it began.
  const earliest = (periods.at(-1)?.from.getTime() ?? 0) + 1;
  const at = new Date(Math.max(now.getTime(), earliest));
  await replacePeriods(tx, { id, organisationId }, pausePeriods(periods, at, isPause));
}
