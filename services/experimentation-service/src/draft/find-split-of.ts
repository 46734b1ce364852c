import type { FlagConfiguration, Split } from '@stitchd/core';
import type { ExperimentRow } from '@stitchd/db/experiment';
import type { ExperimentationContext } from '../context.ts';

/** The split that an experiment stands on, as it is now; undefined where there is none any more. */
export async function findSplitOf(
  ctx: ExperimentationContext,
  experiment: Pick<ExperimentRow, 'flag_key' | 'rule_id'>,
): Promise<Split | undefined> {
  const { document } = await ctx.flags.getConfiguration({ flagKey: experiment.flag_key });
  return splitIn(document, experiment.rule_id);
}

/** @param document - of a configuration, as flag-service answers it */
export function splitIn(document: object | undefined, ruleId: string): Split | undefined {
  const { rules, defaultServe } = document as FlagConfiguration;
  const serve = ruleId === '' ? defaultServe : rules.find(({ id }) => id === ruleId)?.serve;
  return serve !== undefined && 'split' in serve ? serve.split : undefined;
}
