import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { weightsOf } from '@stitchd/core';
import { runningHoldouts, type ExperimentRow } from '@stitchd/db/experiment';
import {
  StopPreviewSchema,
  type PreviewStopRequest,
  type StopChoiceSchema,
  type StopPreview,
} from '@stitchd/proto/experiment/v1/experiment';
import { environmentScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { enrolmentOf } from '../draft/check-flag.ts';
import { findSplitOf } from '../draft/find-split-of.ts';
import { shareOf } from '../layers/allot-ranges.ts';
import { wholeShare } from '../limits.ts';
import { requireExperiment } from './get-experiment.ts';
import { requireMeasuring } from './require-state.ts';

/** For each choice at a stop, the share of units that would see something else than now. */
export async function previewStop(ctx: ExperimentationContext, { key }: PreviewStopRequest): Promise<StopPreview> {
  const { organisationId, environmentId } = environmentScope();
  const experiment = await ctx.database.inTenant(organisationId, (tx) => requireExperiment(tx, environmentId, key));
  requireMeasuring(experiment, 'be stopped');
  const keep = choice({ kind: 'keep', variant: '', note: '' }, []);
  if (experiment.assignment === 'recorded') return create(StopPreviewSchema, { items: [keep] });
  const served = await servedNow(ctx, experiment);
  const variants = experiment.arms.map(({ variant }) =>
    choice(
      { kind: 'variant', variant, note: '' },
      served.filter((now) => now.variant !== variant && now.milliPercent > 0),
    ),
  );
  return create(StopPreviewSchema, { items: [keep, ...variants] });
}

interface Share {
  readonly variant: string;
  readonly milliPercent: number;
}

/**
 * What the units that reach the split see now and may see otherwise after a stop: outside of the layer's share and of the enrolment
 * one variant, the others their arms. Those that a running holdout holds keep its baseline whatever is served, and are not in it.
 */
async function servedNow(ctx: ExperimentationContext, experiment: ExperimentRow): Promise<readonly Share[]> {
  const { organisation_id: organisationId, environment_id: environmentId, baseline_variant: baseline } = experiment;
  const [split, holdouts] = await Promise.all([
    findSplitOf(ctx, experiment),
    ctx.database.inTenant(organisationId, (tx) => runningHoldouts(tx, environmentId)),
  ]);
  if (split === undefined) return [];
  // Each is drawn by a salt of its own: shares of shares.
  const free = holdouts
    .filter(({ key }) => split.holdouts?.some(({ holdout }) => holdout === key))
    .reduce((share, { share_milli_percent: held }) => share * (1 - held / wholeShare), 1);
  const inLayer = split.layer === undefined ? 1 : shareOf(split.layer.ranges) / wholeShare;
  const enrolled = free * inLayer * (enrolmentOf(split) / wholeShare);
  const weights = new Map(Object.entries(weightsOf(split.ranges)).map(([variant, weight]) => [variant, weight * enrolled]));
  const otherwise = split.enrol?.otherwise ?? baseline;
  weights.set(otherwise, (weights.get(otherwise) ?? 0) + wholeShare * (free - enrolled));
  return [...weights].map(([variant, milliPercent]) => ({ variant, milliPercent: Math.round(milliPercent) }));
}

function choice(
  serve: { readonly kind: string; readonly variant: string; readonly note: string },
  moving: readonly Share[],
): MessageInitShape<typeof StopChoiceSchema> {
  const changes = moving.reduce((sum, { milliPercent }) => sum + milliPercent, 0);
  return {
    serve,
    staysMilliPercent: wholeShare - changes,
    changesMilliPercent: changes,
    moves: moving.map(({ variant, milliPercent }) => ({ from: variant, to: serve.variant, milliPercent })),
  };
}
