import { splitAt, type FlagConfiguration, type Split } from '@stitchd/core';
import type { ExperimentRow } from '@stitchd/db/experiment';
import type { ExperimentationContext } from '../context.ts';

/** The split that an experiment stands on, as it is now; undefined where there is none any more. */
export async function findSplitOf(
  ctx: ExperimentationContext,
  experiment: Pick<ExperimentRow, 'flag_key' | 'rule_id'>,
): Promise<Split | undefined> {
  const { document } = await ctx.flags.getConfiguration({ flagKey: experiment.flag_key });
  return splitAt(document as unknown as FlagConfiguration, experiment.rule_id);
}
