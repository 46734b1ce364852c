import type { MessageInitShape } from '@bufbuild/protobuf';
import { runningHoldouts, sliceOfExperiment, type ExperimentRow } from '@stitchd/db/experiment';
import type { BindSplitRequestSchema } from '@stitchd/proto/flag/v1/flag';
import type { ExperimentationContext } from '../context.ts';

type Surroundings = Pick<MessageInitShape<typeof BindSplitRequestSchema>, 'baselineVariant' | 'layer' | 'holdoutKeys'>;

/** What an experiment's split is to be kept in and covered by: its share of a layer, and the holdouts that run now. */
export async function experimentSurroundings(ctx: ExperimentationContext, experiment: ExperimentRow): Promise<Surroundings> {
  if (experiment.assignment === 'recorded') return {};
  const { organisation_id: organisationId, environment_id: environmentId, flag_key: flagKey } = experiment;
  const { slice, holdouts } = await ctx.database.inTenant(organisationId, async (tx) => ({
    slice: await sliceOfExperiment(tx, experiment.id),
    holdouts: await runningHoldouts(tx, environmentId),
  }));
  return {
    baselineVariant: experiment.baseline_variant,
    ...(slice && {
      layer: {
        key: slice.layer.key,
        salt: slice.layer.salt,
        unitKind: slice.layer.unit_kind,
        ranges: slice.ranges.map((range) => ({ ...range })),
      },
    }),
    holdoutKeys: holdouts.filter((holdout) => !holdout.except_flag_keys.includes(flagKey)).map(({ key }) => key),
  };
}
