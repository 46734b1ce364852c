import type { Condition, FlagConfiguration, Serve } from '@stitchd/core';

/** Something outside a flag that its configuration names. */
export type NamedReference =
  | { readonly kind: 'flag'; readonly key: string; readonly variants: readonly string[]; readonly path: string }
  | { readonly kind: 'segment' | 'holdout'; readonly key: string; readonly path: string };

/** All of them with their places as JSON pointers. */
export function namedReferences(configuration: FlagConfiguration): readonly NamedReference[] {
  const { prerequisites, rules, defaultServe } = configuration;
  return [
    ...prerequisites.map(({ flag, variants }, index) => ({
      kind: 'flag' as const,
      key: flag,
      variants,
      path: `/prerequisites/${index}`,
    })),
    ...rules.flatMap(({ when, serve }, index) => [
      ...inCondition(when, `/rules/${index}/when`),
      ...inServe(serve, `/rules/${index}/serve`),
    ]),
    ...inServe(defaultServe, '/defaultServe'),
  ];
}

/** The parser allows ten levels. */
function inCondition(condition: Condition, path: string): readonly NamedReference[] {
  if ('all' in condition) return condition.all.flatMap((part, index) => inCondition(part, `${path}/all/${index}`));
  if ('any' in condition) return condition.any.flatMap((part, index) => inCondition(part, `${path}/any/${index}`));
  if ('not' in condition) return inCondition(condition.not, `${path}/not`);
  if ('inSegment' in condition) return [{ kind: 'segment', key: condition.inSegment, path: `${path}/inSegment` }];
  if ('flagIs' in condition)
    return [{ kind: 'flag', key: condition.flagIs.flag, variants: condition.flagIs.variants, path: `${path}/flagIs` }];
  return [];
}

function inServe(serve: Serve, path: string): readonly NamedReference[] {
  const [holdouts, place] = 'split' in serve ? [serve.split.holdouts, `${path}/split`] : [serve.holdouts, path];
  return (holdouts ?? []).map(({ holdout }, index) => ({
    kind: 'holdout',
    key: holdout,
    path: `${place}/holdouts/${index}/holdout`,
  }));
}
