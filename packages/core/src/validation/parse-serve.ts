import type { PlainObject } from '../context/plain-object.ts';
import {
  bucketCount,
  type BucketRange,
  type Enrolment,
  type HoldoutCover,
  type LayerSlice,
  type Split,
  type VariantRange,
} from '../definitions/split.ts';
import type { Serve } from '../definitions/flag.ts';
import {
  listOf,
  readBoolean,
  readBucketBound,
  readField,
  readKey,
  readName,
  readObject,
  readOptional,
  readSaltText,
  readText,
} from './field-readers.ts';
import { validationLimits } from './validation-limits.ts';
import { type ErrorList, memberPath, type Reader } from './validation.ts';

/** What a serve may refer to. */
export interface ServeRules {
  readonly variants: ReadonlySet<string>;
  /** A default serve covers every bucket. */
  readonly coversAll: boolean;
}

/** A variant of the flag. */
export function variantOf(variants: ReadonlySet<string>): Reader<string> {
  return (input, path, errors) =>
    typeof input === 'string' && variants.has(input) ? input : errors.add(path, 'is not a variant of the flag');
}

function readBounds(object: PlainObject, path: string, errors: ErrorList): BucketRange | undefined {
  const from = readField(object, 'from', path, errors, readBucketBound);
  const to = readField(object, 'to', path, errors, readBucketBound);
  if (from === undefined || to === undefined) return undefined;
  return from < to ? { from, to } : errors.add(path, 'must end after it begins');
}

const readBucketRange: Reader<BucketRange> = (input, path, errors) => {
  const object = readObject(input, path, errors, ['from', 'to']);
  return object && readBounds(object, path, errors);
};

function variantRangeOf(variants: ReadonlySet<string>): Reader<VariantRange> {
  return (input, path, errors) => {
    const object = readObject(input, path, errors, ['variant', 'from', 'to']);
    if (object === undefined) return undefined;
    const variant = readField(object, 'variant', path, errors, variantOf(variants));
    const bounds = readBounds(object, path, errors);
    return variant === undefined || bounds === undefined ? undefined : { variant, ...bounds };
  };
}

/** Ranges that are sorted and disjoint. */
function sortedRanges<Range extends BucketRange>(read: Reader<Range>): Reader<readonly Range[]> {
  const readList = listOf(read, 0, validationLimits.rangesPerSplit);
  return (input, path, errors) => {
    const ranges = readList(input, path, errors);
    if (ranges === undefined) return undefined;
    for (const [index, range] of ranges.entries()) {
      const before = ranges[index - 1];
      if (before !== undefined && range.from < before.to) {
        return errors.add(memberPath(path, index), 'must begin where the range before it ends, or later');
      }
    }
    return ranges;
  };
}

const readRanges = sortedRanges(readBucketRange);

function enrolmentOf(variants: ReadonlySet<string>): Reader<Enrolment> {
  return (input, path, errors) => {
    const object = readObject(input, path, errors, ['salt', 'ranges', 'otherwise']);
    if (object === undefined) return undefined;
    const salt = readField(object, 'salt', path, errors, readSaltText);
    const ranges = readField(object, 'ranges', path, errors, readRanges);
    const otherwise = readField(object, 'otherwise', path, errors, variantOf(variants));
    return salt === undefined || ranges === undefined || otherwise === undefined ? undefined : { salt, ranges, otherwise };
  };
}

const readLayerSlice: Reader<LayerSlice> = (input, path, errors) => {
  const object = readObject(input, path, errors, ['key', 'salt', 'ranges']);
  if (object === undefined) return undefined;
  const key = readField(object, 'key', path, errors, readKey);
  const salt = readField(object, 'salt', path, errors, readSaltText);
  const ranges = readField(object, 'ranges', path, errors, readRanges);
  return key === undefined || salt === undefined || ranges === undefined ? undefined : { key, salt, ranges };
};

function holdoutsOf(variants: ReadonlySet<string>): Reader<readonly HoldoutCover[]> {
  const readCover: Reader<HoldoutCover> = (input, path, errors) => {
    const object = readObject(input, path, errors, ['holdout', 'baseline']);
    if (object === undefined) return undefined;
    const holdout = readField(object, 'holdout', path, errors, readKey);
    const baseline = readField(object, 'baseline', path, errors, variantOf(variants));
    return holdout === undefined || baseline === undefined ? undefined : { holdout, baseline };
  };
  return listOf(readCover, 0, validationLimits.holdoutsPerServe);
}

function checkSplitRanges(ranges: readonly VariantRange[], rules: ServeRules, path: string, errors: ErrorList): void {
  const covered = ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  if (rules.coversAll && covered !== bucketCount)
    errors.add(path, `must cover all ${bucketCount} buckets in a default serve; ${covered} are`);
  const { variantsPerSplit } = validationLimits;
  if (new Set(ranges.map(({ variant }) => variant)).size > variantsPerSplit)
    errors.add(path, `must have at most ${variantsPerSplit} variants`);
}

const splitFields = ['id', 'contextKind', 'attribute', 'salt', 'ranges', 'enrol', 'iterationId', 'sticky', 'layer', 'holdouts'];

function splitOf(rules: ServeRules): Reader<Split> {
  const { variants } = rules;
  return (input, path, errors) => {
    const object = readObject(input, path, errors, splitFields);
    if (object === undefined) return undefined;
    const id = readField(object, 'id', path, errors, readName);
    const contextKind = readField(object, 'contextKind', path, errors, readText);
    const salt = readField(object, 'salt', path, errors, readSaltText);
    const ranges = readField(object, 'ranges', path, errors, sortedRanges(variantRangeOf(variants)));
    const options = {
      ...readOptional(object, 'attribute', path, errors, readText),
      ...readOptional(object, 'enrol', path, errors, enrolmentOf(variants)),
      ...readOptional(object, 'iterationId', path, errors, readName),
      ...readOptional(object, 'sticky', path, errors, readBoolean),
      ...readOptional(object, 'layer', path, errors, readLayerSlice),
      ...readOptional(object, 'holdouts', path, errors, holdoutsOf(variants)),
    };
    if (ranges !== undefined) checkSplitRanges(ranges, rules, memberPath(path, 'ranges'), errors);
    if (Object.hasOwn(object, 'layer') && !Object.hasOwn(object, 'enrol')) {
      errors.add(memberPath(path, 'layer'), 'needs enrol, which says what units outside the layer get');
    }
    if (options.enrol !== undefined && options.enrol.salt === salt)
      errors.add(memberPath(memberPath(path, 'enrol'), 'salt'), 'must differ from the salt of the split');
    if (id === undefined || contextKind === undefined || salt === undefined || ranges === undefined) return undefined;
    return { id, contextKind, salt, ranges, ...options };
  };
}

/** Reads what a rule or the default serves. */
export function serveOf(rules: ServeRules): Reader<Serve> {
  return (input, path, errors) => {
    const object = readObject(input, path, errors, ['variant', 'split', 'holdouts']);
    if (object === undefined) return undefined;
    const isSplit = Object.hasOwn(object, 'split');
    if (isSplit === Object.hasOwn(object, 'variant')) return errors.add(path, 'must have either variant or split');
    if (isSplit) {
      if (Object.hasOwn(object, 'holdouts')) errors.add(memberPath(path, 'holdouts'), 'belongs into the split');
      const split = readField(object, 'split', path, errors, splitOf(rules));
      return split && { split };
    }
    const variant = readField(object, 'variant', path, errors, variantOf(rules.variants));
    const holdouts = readOptional(object, 'holdouts', path, errors, holdoutsOf(rules.variants));
    return variant === undefined ? undefined : { variant, ...holdouts };
  };
}
