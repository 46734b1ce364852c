import fc from 'fast-check';
import type { JsonValue } from '@stitchd/core';
import { pools } from './random-conditions.ts';

const bucketCount = 100_000;

export const randomSalt = fc.constantFrom('0123456789abcdef', '00000000ffffffff', 'fedcba9876543210', '8000000000000001');

/** Sorted, disjoint ranges between random cuts; some are left out, so that there are gaps. */
function rangesOf<Range>(toRange: (from: number, to: number, at: number) => Range): fc.Arbitrary<readonly Range[]> {
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: bucketCount - 1 }), { maxLength: 4 });
  return fc.tuple(cuts, fc.infiniteStream(fc.integer({ min: 0, max: 9 }))).map(([inside, choices]) => {
    const bounds = [0, ...inside.toSorted((a, b) => a - b), bucketCount];
    const all = bounds.slice(1).map((to, index) => ({ from: bounds[index] ?? 0, to, choice: choices.next().value ?? 0 }));
    return all.filter(({ choice }) => choice > 0).map(({ from, to, choice }) => toRange(from, to, choice));
  });
}

export const bucketRanges = rangesOf((from, to) => ({ from, to }));

const variantRanges = (variants: readonly string[]) =>
  rangesOf((from, to, at) => ({ variant: variants[at % variants.length] ?? '', from, to }));

const covers = (variants: readonly string[]) =>
  fc.uniqueArray(fc.record({ holdout: fc.constantFrom(...pools.holdouts), baseline: fc.constantFrom(...variants) }), {
    maxLength: 2,
    selector: ({ holdout }) => holdout,
  });

function randomSplit(id: string, variants: readonly string[]) {
  const enrol = fc.record({ salt: randomSalt, ranges: bucketRanges, otherwise: fc.constantFrom(...variants) });
  const layer = fc.record({ key: fc.constant('layer'), salt: randomSalt, ranges: bucketRanges });
  return fc.record(
    {
      id: fc.constant(id),
      contextKind: fc.constantFrom('user', 'user', 'org'),
      attribute: fc.constantFrom('plan', 'age'),
      salt: randomSalt,
      ranges: variantRanges(variants),
      enrol,
      layer,
      iterationId: fc.constantFrom('it-1', 'it-1', 'it-2'),
      sticky: fc.constantFrom(true, true, false),
      holdouts: covers(variants),
    },
    { requiredKeys: ['id', 'contextKind', 'salt', 'ranges'] },
  );
}

/** What a rule or the default serves: a variant or a split, now and then one of a newer server. */
export function randomServe(id: string, variants: readonly string[]): fc.Arbitrary<JsonValue> {
  const variant = fc.record({ variant: fc.constantFrom(...variants), holdouts: covers(variants) }, { requiredKeys: ['variant'] });
  return fc.oneof(
    { weight: 4, arbitrary: variant },
    { weight: 5, arbitrary: fc.record({ split: randomSplit(id, variants) }) },
    { weight: 1, arbitrary: fc.constant({ bandit: {} }) },
  ) as fc.Arbitrary<JsonValue>;
}
