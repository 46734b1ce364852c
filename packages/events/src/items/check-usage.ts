import {
  attributeTypes,
  isKey,
  maxKindLength,
  usageLimits,
  type AttributeType,
  type FlagUse,
  type SeenAttribute,
} from '@stitchd/core';
import { checkIdentity } from './check-head.ts';
import { invalid, isObject, type CheckedItem, type JsonObject } from './checked-item.ts';
import { itemLimits } from './item-limits.ts';
import type { ItemRules } from './item-rules.ts';

const fields = new Set(['type', 'id', 'at', 'from', 'to', 'flags', 'uncounted', 'contexts']);
const useFields = new Set(['flag', 'variant', 'reason', 'count', 'delivered']);
const attributeFields = new Set(['kind', 'attribute', 'types', 'values']);
const reasons: ReadonlySet<unknown> = new Set(['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'ERROR']);
const types: ReadonlySet<unknown> = new Set(attributeTypes);

/** Checks a summary of evaluations: as a whole, for its numbers count together. */
export function checkUsage(input: JsonObject, rules: ItemRules): CheckedItem {
  const head = checkIdentity(input, fields, rules.times);
  if ('kind' in head) return head;
  const { from, to, flags, uncounted = 0, contexts = [] } = input;
  if (!isCount(from) || !isCount(to) || to < from || to > head.atMs || head.atMs - from > itemLimits.usagePeriodMs)
    return invalid(`from and to must be times in order, not after at and at most ${itemLimits.usagePeriodMs} ms before it.`);
  if (!isListOf(flags, usageLimits.groupsPerItem, isUse))
    return invalid(
      `flags must list at most ${usageLimits.groupsPerItem} answers, each with flag, reason, and count or delivered.`,
    );
  if (!isCount(uncounted)) return invalid('uncounted must be a whole number.');
  if (!isListOf(contexts, itemLimits.seenAttributes, isSeenAttribute))
    return invalid(`contexts must list at most ${itemLimits.seenAttributes} attributes, each with kind, attribute and types.`);
  const { skewMs, arrivalMs } = rules.times;
  if (from + skewMs < arrivalMs - itemLimits.usageAgeMs) {
    const days = itemLimits.usageAgeMs / itemLimits.dayMs;
    return { kind: 'rejected', rejection: { code: 'ITEM_TOO_OLD', message: `The summary begins more than ${days} days ago.` } };
  }
  return { kind: 'ok', item: { type: 'usage', head, fromMs: from + skewMs, toMs: to + skewMs, flags, uncounted, contexts } };
}

function isListOf<T>(value: unknown, most: number, fits: (one: unknown) => one is T): value is readonly T[] {
  return Array.isArray(value) && value.length <= most && value.every(fits);
}

function hasOnly(value: unknown, names: ReadonlySet<string>): value is JsonObject {
  return isObject(value) && Object.keys(value).every((name) => names.has(name));
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isText(value: unknown, most: number): value is string {
  return typeof value === 'string' && value !== '' && value.length <= most;
}

function isUse(value: unknown): value is FlagUse {
  if (!hasOnly(value, useFields)) return false;
  const { flag, variant, reason, count = 0, delivered = 0 } = value;
  if (typeof flag !== 'string' || !isKey(flag) || !reasons.has(reason)) return false;
  return (variant === undefined || isText(variant, itemLimits.nameCharacters)) && isCount(count) && isCount(delivered);
}

function isSeenAttribute(value: unknown): value is SeenAttribute {
  if (!hasOnly(value, attributeFields)) return false;
  const { kind, attribute, types: seen, values = [] } = value;
  return (
    isText(kind, maxKindLength) &&
    isText(attribute, itemLimits.seenNameCharacters) &&
    isListOf(seen, attributeTypes.length, (one): one is AttributeType => types.has(one)) &&
    isListOf(values, itemLimits.seenValues, isSeenValue)
  );
}

function isSeenValue(value: unknown): value is NonNullable<SeenAttribute['values']>[number] {
  if (!isObject(value) || !isCount(value['count'])) return false;
  return typeof value['value'] === 'boolean' || isText(value['value'], itemLimits.seenValueCharacters);
}
