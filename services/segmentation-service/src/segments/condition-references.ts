import type { Condition } from '@stitchd/core';

/** What a condition names, with its place as a JSON pointer. */
export type ConditionReference =
  | { readonly kind: 'segment'; readonly key: string; readonly path: string }
  | { readonly kind: 'flag'; readonly key: string; readonly variants: readonly string[]; readonly path: string };

/** The parser allows ten levels. */
export function conditionReferences(condition: Condition, path: string): readonly ConditionReference[] {
  if ('all' in condition) return condition.all.flatMap((part, index) => conditionReferences(part, `${path}/all/${index}`));
  if ('any' in condition) return condition.any.flatMap((part, index) => conditionReferences(part, `${path}/any/${index}`));
  if ('not' in condition) return conditionReferences(condition.not, `${path}/not`);
  if ('inSegment' in condition) return [{ kind: 'segment', key: condition.inSegment, path: `${path}/inSegment` }];
  if ('flagIs' in condition)
    return [{ kind: 'flag', key: condition.flagIs.flag, variants: condition.flagIs.variants, path: `${path}/flagIs` }];
  return [];
}
