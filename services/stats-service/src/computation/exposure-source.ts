import type { ComputationPlan } from './metric-plan.ts';

/** Whose exposures count. */
export type ExposureSource =
  /** Those under the plan's iteration; the arm is the variant. */
  | { readonly kind: 'iteration' }
  /** Those at places that a holdout covers, under whatever iteration; the arm is its side. */
  | { readonly kind: 'holdout'; readonly key: string };

/** The condition that holds of the exposures that count, as far as it is about what they are of. */
export function isOfPlan({ source }: Pick<ComputationPlan, 'source'>): string {
  switch (source.kind) {
    case 'iteration':
      return 'iteration_id = {iterationId:UUID}';
    case 'holdout':
      return '(holdout = {holdout:String} OR has(covered_by, {holdout:String}))';
  }
}

/**
 * The name of an exposure's arm; no arm's where it says nothing of one. Where several holdouts cover a place, the first that
 * holds the unit decides, and those behind it were not asked: a unit is free of one that was asked and passed.
 */
export function armName({ source }: Pick<ComputationPlan, 'source'>): string {
  switch (source.kind) {
    case 'iteration':
      return 'variant';
    case 'holdout':
      return "multiIf(holdout = {holdout:String}, 'held', holdout = '' OR indexOf(covered_by, holdout) > indexOf(covered_by, {holdout:String}), 'free', '')";
  }
}

/** What these name. */
export function sourceParameters({ source }: Pick<ComputationPlan, 'source'>): Readonly<Record<string, string>> {
  return source.kind === 'holdout' ? { holdout: source.key } : {};
}
