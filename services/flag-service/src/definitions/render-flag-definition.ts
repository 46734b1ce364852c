import type { FlagDefinition } from '@stitchd/core';
import type { BindingRow, FlagRow } from '@stitchd/db/flag';
import type { EffectiveConfiguration } from '../configuration/effective-configuration.ts';
import { stampIterations } from '../configuration/placed-splits.ts';

/**
 * A flag as an environment's SDKs see it. Made from what the store answers, never from what a request said, so that the same
 * state always gives the same text.
 * @param running - iterations on this flag in this environment
 */
export function flagDefinition(
  flag: FlagRow,
  configuration: EffectiveConfiguration,
  running: readonly BindingRow[],
): FlagDefinition {
  const { offVariant, prerequisites, targets, rules, defaultServe } = stampIterations(configuration.document, running);
  const recorded = running.find((binding) => binding.recorded);
  return {
    key: flag.key,
    type: flag.type,
    archived: flag.archived,
    clientVisible: flag.client_visible,
    variants: flag.variants.map(({ key, value }) => ({ key, value })),
    enabled: configuration.enabled,
    offVariant,
    prerequisites,
    targets,
    rules,
    defaultServe,
    ...(recorded && { recorded: { iterationId: recorded.iteration_id, contextKind: recorded.context_kind } }),
  };
}
