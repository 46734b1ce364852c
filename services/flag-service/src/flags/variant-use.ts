import { isDeepStrictEqual } from 'node:util';
import type { Condition, FlagConfiguration, Serve } from '@stitchd/core';
import type { ConfigurationDocument } from '@stitchd/db/flag';

/** Every variant of its own flag that a configuration names. */
export function servedVariants(document: ConfigurationDocument): ReadonlySet<string> {
  const served = [
    ...(document.offVariant === null ? [] : [document.offVariant]),
    ...document.targets.map(({ variant }) => variant),
    ...[...document.rules.map(({ serve }) => serve), document.defaultServe].flatMap(variantsOfServe),
  ];
  return new Set(served);
}

function variantsOfServe(serve: Serve): readonly string[] {
  if ('variant' in serve) return [serve.variant, ...(serve.holdouts ?? []).map(({ baseline }) => baseline)];
  const { ranges, enrol, holdouts = [] } = serve.split;
  return [
    ...ranges.map(({ variant }) => variant),
    ...(enrol === undefined ? [] : [enrol.otherwise]),
    ...holdouts.map(({ baseline }) => baseline),
  ];
}

/** Variants of another flag that something names, in prerequisites or by `flagIs`. */
export function requiredVariants(
  definition: Partial<Pick<FlagConfiguration, 'prerequisites' | 'rules'>> & { readonly when?: Condition },
  flagKey: string,
): ReadonlySet<string> {
  const inPrerequisites = (definition.prerequisites ?? [])
    .filter(({ flag }) => flag === flagKey)
    .flatMap(({ variants }) => variants);
  const conditions = [...(definition.rules ?? []).map(({ when }) => when), ...(definition.when ? [definition.when] : [])];
  return new Set([...inPrerequisites, ...conditions.flatMap((condition) => inCondition(condition, flagKey))]);
}

/** Conditions are at most ten levels deep. */
function inCondition(condition: Condition, flagKey: string): readonly string[] {
  if ('all' in condition) return condition.all.flatMap((part) => inCondition(part, flagKey));
  if ('any' in condition) return condition.any.flatMap((part) => inCondition(part, flagKey));
  if ('not' in condition) return inCondition(condition.not, flagKey);
  return 'flagIs' in condition && condition.flagIs.flag === flagKey ? condition.flagIs.variants : [];
}

interface KeyedValue {
  readonly key: string;
  readonly value: unknown;
}

/** Keys that are gone. */
export function removedVariants(before: readonly KeyedValue[], after: readonly KeyedValue[]): readonly string[] {
  return before.filter(({ key }) => !after.some((variant) => variant.key === key)).map(({ key }) => key);
}

/** Keys that are gone or have another value. */
export function alteredVariants(before: readonly KeyedValue[], after: readonly KeyedValue[]): readonly string[] {
  return before
    .filter(({ key, value }) => !after.some((variant) => variant.key === key && isDeepStrictEqual(variant.value, value)))
    .map(({ key }) => key);
}
