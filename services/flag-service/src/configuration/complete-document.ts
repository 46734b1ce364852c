import type { ConfigurationDocument } from '@stitchd/db/flag';
import type { HoldoutCover, Split } from '@stitchd/core';
import { completeSplit, isObject, type Input, type SplitSurroundings } from './complete-split.ts';
import { completeCovers, coversAt } from './holdout-covers.ts';
import { placedSplits } from './placed-splits.ts';

const parts = ['offVariant', 'prerequisites', 'targets', 'rules', 'defaultServe'] as const;

/**
 * A configuration as it was given, with what the service keeps or makes: parts that were left out stay as they are, rules get
 * ids, splits get ids, salts and ranges. The parser then checks the whole.
 */
export function completeDocument(input: Input, previous: ConfigurationDocument, around: SplitSurroundings): Input {
  const kept = Object.fromEntries(parts.map((part) => [part, previous[part]]));
  const identity = createSplitIdentity(input, previous, around);
  const place: PlaceBefore = { identity, coversAt: (ruleId) => coversAt(previous, ruleId) };
  const { rules, defaultServe } = input;
  return {
    ...kept,
    ...input,
    ...(Array.isArray(rules) && {
      rules: rules.map((rule: unknown, index) => (isObject(rule) ? completeRule(rule, index, place, around) : rule)),
    }),
    ...(isObject(defaultServe) && { defaultServe: completeServe(defaultServe, '/defaultServe', '', place, around) }),
  };
}

/** What was there before a change. */
interface PlaceBefore {
  readonly identity: SplitIdentity;
  readonly coversAt: (ruleId: string | undefined) => readonly HoldoutCover[];
}

/** Finds the split that one was before: by its own id, else by the rule in which it is. */
type SplitIdentity = (split: Input, path: string, ruleId: string | undefined) => Split | undefined;

function createSplitIdentity(input: Input, previous: ConfigurationDocument, { errors }: SplitSurroundings): SplitIdentity {
  const before = placedSplits(previous);
  const named = new Set(splitsOf(input).map((split) => split['id']));
  return (split, path, ruleId) => {
    if (split['id'] !== undefined) {
      const found = before.find((placed) => placed.split.id === split['id']);
      if (found === undefined)
        errors.push({ path: `${path}/id`, message: 'is no split of this flag here; leave it out for a new one' });
      return found?.split;
    }
    const found = before.find((placed) => placed.ruleId === ruleId);
    // One that is named elsewhere has moved there.
    return found === undefined || named.has(found.split.id) ? undefined : found.split;
  };
}

function splitsOf({ rules, defaultServe }: Input): readonly Input[] {
  const serves = [
    ...(Array.isArray(rules) ? rules.map((rule: unknown) => (isObject(rule) ? rule['serve'] : undefined)) : []),
    defaultServe,
  ];
  return serves.flatMap((serve) => (isObject(serve) && isObject(serve['split']) ? [serve['split']] : []));
}

function completeRule(rule: Input, index: number, before: PlaceBefore, around: SplitSurroundings): Input {
  const id = rule['id'] ?? around.newId();
  const serve = rule['serve'];
  if (!isObject(serve)) return { ...rule, id };
  return {
    ...rule,
    id,
    serve: completeServe(serve, `/rules/${index}/serve`, typeof id === 'string' ? id : undefined, before, around),
  };
}

function completeServe(
  serve: Input,
  path: string,
  ruleId: string | undefined,
  before: PlaceBefore,
  around: SplitSurroundings,
): Input {
  const { holdouts, ...rest } = serve;
  const { split } = serve;
  if (!isObject(split)) {
    const covers = completeCovers(holdouts, path, before.coversAt(ruleId), around);
    return covers.length > 0 ? { ...rest, holdouts: covers } : rest;
  }
  const place = `${path}/split`;
  const existing = before.identity(split, place, ruleId);
  const kept = existing?.holdouts ?? before.coversAt(ruleId);
  const covers = completeCovers(split['holdouts'], place, kept, around);
  const completed = completeSplit(split, place, existing, around);
  return { ...serve, split: covers.length > 0 ? { ...completed, holdouts: covers } : completed };
}
