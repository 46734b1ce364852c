import { isDeepStrictEqual } from 'node:util';
import { reallocate, type Split, type ValidationError, type Weights } from '@stitchd/core';
import { firstRanges } from './first-ranges.ts';

/** JSON of any origin. */
export type Input = { readonly [name: string]: unknown };

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What completing a split may need. */
export interface SplitSurroundings {
  readonly variants: ReadonlySet<string>;
  /** By split id: the iteration that runs on it. */
  readonly iterations: ReadonlyMap<string, string>;
  /** Keys of the holdouts that run in the environment. */
  readonly holdouts: ReadonlySet<string>;
  readonly newId: () => string;
  /** 64 random bits as 16 lower-case hex digits. */
  readonly newSalt: () => string;
  readonly errors: ValidationError[];
}

const allWeight = 100_000;

/**
 * Gives a split what the service keeps or makes: id, salts, ranges from weights. A share that changes moves nobody needlessly.
 * What is wrong with it otherwise is for the parser to say.
 * @param existing - the split that this one was before
 */
export function completeSplit(input: Input, path: string, existing: Split | undefined, around: SplitSurroundings): Input {
  const { weights: _, iterationId, holdouts: __, ...rest } = input;
  checkKept(input, 'salt', existing?.salt, path, around.errors);
  const running = existing && around.iterations.get(existing.id);
  if (iterationId !== undefined && iterationId !== running)
    around.errors.push({ path: `${path}/iterationId`, message: 'is set by experiments; leave it out' });
  if (rest['layer'] !== undefined && !isDeepStrictEqual(rest['layer'], existing?.layer))
    around.errors.push({ path: `${path}/layer`, message: 'is set when an experiment with a share of it starts; leave it out' });
  const enrol = isObject(rest['enrol']) ? completeEnrolment(rest['enrol'], `${path}/enrol`, existing, around) : undefined;
  return {
    ...rest,
    id: existing?.id ?? around.newId(),
    contextKind: rest['contextKind'] ?? existing?.contextKind ?? 'user',
    salt: existing?.salt ?? around.newSalt(),
    ranges: completeRanges(input, path, existing, around),
    ...(enrol && { enrol }),
  };
}

/** Salts place units: whoever could choose one could choose who gets what. */
function checkKept(input: Input, name: string, kept: string | undefined, path: string, errors: ValidationError[]): void {
  if (input[name] !== undefined && input[name] !== kept)
    errors.push({ path: `${path}/${name}`, message: 'is made and kept by the service; leave it out' });
}

function completeEnrolment(enrol: Input, path: string, existing: Split | undefined, around: SplitSurroundings): Input {
  checkKept(enrol, 'salt', existing?.enrol?.salt, path, around.errors);
  return { ...enrol, salt: existing?.enrol?.salt ?? around.newSalt() };
}

function completeRanges(input: Input, path: string, existing: Split | undefined, around: SplitSurroundings): unknown {
  const { weights, ranges } = input;
  if (weights === undefined) {
    if (ranges === undefined && existing === undefined)
      around.errors.push({ path: `${path}/weights`, message: 'is required for a new split, in thousandths of a percent' });
    return ranges ?? existing?.ranges ?? [];
  }
  if (ranges !== undefined) around.errors.push({ path: `${path}/ranges`, message: 'must be left out where weights are given' });
  const usable = readWeights(weights, `${path}/weights`, around);
  // What is not usable has been noted; whole ranges keep the parser from adding that they are missing.
  if (usable === undefined) return existing?.ranges ?? [];
  return existing === undefined ? firstRanges(usable) : reallocate(existing.ranges, usable);
}

function readWeights(input: unknown, path: string, { variants, errors }: SplitSurroundings): Weights | undefined {
  const before = errors.length;
  if (!isObject(input)) {
    errors.push({ path, message: 'must be an object of variants and their weights in thousandths of a percent' });
    return undefined;
  }
  let sum = 0;
  const weights: [string, number][] = [];
  for (const [variant, weight] of Object.entries(input)) {
    const place = `${path}/${variant.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!variants.has(variant)) errors.push({ path: place, message: 'is not a variant of the flag' });
    if (typeof weight !== 'number' || !Number.isInteger(weight) || weight < 0 || weight > allWeight) {
      errors.push({ path: place, message: `must be a whole number from 0 to ${allWeight}, in thousandths of a percent` });
      continue;
    }
    sum += weight;
    weights.push([variant, weight]);
  }
  if (errors.length === before && sum !== allWeight)
    errors.push({ path, message: `must add up to ${allWeight} (100 %); they make ${sum}` });
  return errors.length === before ? Object.fromEntries(weights) : undefined;
}
