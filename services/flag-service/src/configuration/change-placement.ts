import { bucketCount, reallocate, type BucketRange, type Enrolment, type Serve, type Split } from '@stitchd/core';
import type { ConfigurationDocument } from '@stitchd/db/flag';

/** The document with one serve replaced: that of the split of this id. */
export function replaceSplit(
  document: ConfigurationDocument,
  splitId: string,
  replace: (split: Split) => Serve,
): ConfigurationDocument {
  const inServe = (serve: Serve): Serve => ('split' in serve && serve.split.id === splitId ? replace(serve.split) : serve);
  return {
    ...document,
    rules: document.rules.map((rule) => ({ ...rule, serve: inServe(rule.serve) })),
    defaultServe: inServe(document.defaultServe),
  };
}

/** The split with new salts: who is enrolled, and who is in which arm, is drawn anew. */
export function rerandomised(split: Split, newSalt: () => string): Split {
  const salted = { ...split, salt: newSalt() };
  return split.enrol === undefined ? salted : { ...salted, enrol: { ...split.enrol, salt: newSalt() } };
}

/** The share of units that take part, in thousandths of a percent. */
export function enrolmentOf({ enrol }: Pick<Split, 'enrol'>): number {
  return enrol === undefined ? bucketCount : enrol.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
}

/**
 * The split with another share of units that take part. Whoever took part goes on as long as the share does not shrink.
 * @param otherwise - the variant of the others, where the split does not say yet
 */
export function enrolled(
  split: Split,
  milliPercent: number,
  { otherwise, newSalt }: { readonly otherwise: string; readonly newSalt: () => string },
): Split {
  if (enrolmentOf(split) === milliPercent) return split;
  // Where everybody took part, the ranges begin anew: there is no enrolment's salt to keep.
  const before: Enrolment = split.enrol ?? { salt: newSalt(), ranges: [], otherwise };
  return { ...split, enrol: { ...before, ranges: withShare(before.ranges, milliPercent) } };
}

function withShare(ranges: readonly BucketRange[], milliPercent: number): readonly BucketRange[] {
  const inside = ranges.map(({ from, to }) => ({ variant: 'in', from, to }));
  return reallocate(inside, { in: milliPercent, out: bucketCount - milliPercent })
    .filter(({ variant }) => variant === 'in')
    .map(({ from, to }) => ({ from, to }));
}
