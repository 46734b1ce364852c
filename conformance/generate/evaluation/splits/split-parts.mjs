// The parts of which fixtures of splits are made.
import { bucketOf } from '../../bucket.mjs';
import { stringFlag } from '../../fixture.mjs';

export const salt = '0123456789abcdef';

/** The variants of flags with splits; the first is served where a split serves nothing. */
export const variants = ['off', 'a', 'b', 'c', 'd', 'other', 'base'];

/** A split by the user, changed as the fixture needs. */
export const split = (ranges, more = {}) => ({ id: 'sp', contextKind: 'user', salt, ranges, ...more });

export const range = (variant, from, to) => ({ variant, from, to });

export const all = { from: 0, to: 100_000 };

export const halves = [range('a', 0, 50_000), range('b', 50_000, 100_000)];

/** The variant that `halves` give to a unit. */
export const half = (unit, under = salt) => (bucketOf(unit, under) < 50_000 ? 'a' : 'b');

/** A flag whose one rule, for everybody, serves a split. */
export const inRule = (served, more = {}) =>
  stringFlag('rule', variants, { rules: [{ id: 'r', when: { all: [] }, serve: { split: served } }], ...more });

/** A flag that serves a split by default. */
export function byDefault(key, served, more = {}) {
  return stringFlag(key, variants, { offVariant: 'off', defaultServe: { split: served }, ...more });
}

/** Ranges that give `a` to the bucket of one unit alone, so that nothing but its very hash is answered with it. */
export function onlyBucketOf(unit, under = salt) {
  const at = bucketOf(unit, under);
  return [range('b', 0, at), range('a', at, at + 1), range('b', at + 1, 100_000)].filter(({ from, to }) => from < to);
}
