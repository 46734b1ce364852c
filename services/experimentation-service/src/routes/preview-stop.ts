import { create, type MessageInitShape } from '@bufbuild/protobuf';
import type { ExperimentRow } from '@stitchd/db/experiment';
import {
  StopPreviewSchema,
  type PreviewStopRequest,
  type StopChoiceSchema,
  type StopPreview,
} from '@stitchd/proto/experiment/v1/experiment';
import { environmentScope } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { findSplitOf } from '../draft/find-split-of.ts';
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

/** What the units that reach the split see: those outside of the enrolment one variant, the others their arms. */
async function servedNow(ctx: ExperimentationContext, experiment: ExperimentRow): Promise<readonly Share[]> {
  const split = await findSplitOf(ctx, experiment);
  const enrolled = experiment.enrolment_milli_percent;
  const shares = new Map<string, number>();
  const add = (variant: string, milliPercent: number) => shares.set(variant, (shares.get(variant) ?? 0) + milliPercent);
  for (const { variant, expectedMilliPercent } of experiment.arms)
    add(variant, Math.round((expectedMilliPercent * enrolled) / wholeShare));
  if (enrolled < wholeShare) add(split?.enrol?.otherwise ?? experiment.baseline_variant, wholeShare - enrolled);
  return [...shares].map(([variant, milliPercent]) => ({ variant, milliPercent }));
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
