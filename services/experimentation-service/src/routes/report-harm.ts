import { create } from '@bufbuild/protobuf';
import { isUuid } from '@stitchd/core';
import { findExperiment } from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import { ReportHarmResponseSchema, type ReportHarmRequest } from '@stitchd/proto/experiment/v1/experiment';
import { currentAuthor, currentPrincipal, organisationScope, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentLimits } from '../limits.ts';
import { advanceSaga } from '../saga/advance-saga.ts';
import { beginStop } from '../saga/begin-stop.ts';

/**
 * Stops an experiment that asks for it, and serves everybody the baseline. Like a stop by a person it is never refused: what can't be
 * done now is done later. An iteration that has ended, or another one by now, is left alone.
 */
export async function reportHarm(ctx: ExperimentationContext, request: ReportHarmRequest) {
  const { experimentId, iterationId, harms } = request;
  if (!isUuid(experimentId) || !isUuid(iterationId) || harms.length === 0)
    throw problem('VALIDATION_FAILED', 'experiment_id and iteration_id must be UUIDs, and harms say at least one.');
  const organisationId = organisationScope();
  const author = currentAuthor();
  const isStopped = await ctx.database.inTenant(organisationId, async (tx) => {
    const before = await findAsking(tx, experimentId, iterationId);
    if (before === undefined) return false;
    const note = `Stopped by the harm alarm: ${harms.join(' ')}`.slice(0, experimentLimits.noteLength);
    const serve = { kind: 'variant', variant: before.baseline_variant, note } as const;
    await beginStop(ctx, tx, { ...before, iteration_id: iterationId }, { serve, author });
    return true;
  });
  if (isStopped) await advanceSaga(ctx, { experimentId, organisationId });
  return create(ReportHarmResponseSchema, { isStopped });
}

/** The experiment, where it is still this iteration that units are shown, and harm is to end it. */
async function findAsking(tx: Tx, id: string, iterationId: string) {
  const row = await findExperiment(tx, { id }, { lock: true });
  const { environmentId } = currentPrincipal();
  if (row === undefined || (environmentId !== undefined && row.environment_id !== environmentId)) return undefined;
  const isShown = row.iteration_id === iterationId && (row.state === 'running' || row.state === 'paused');
  return isShown && row.assignment === 'split' && row.analysis.onHarm === 'serve-baseline' ? row : undefined;
}
