import { isKey, isUuid, uuidv7TimeMs } from '@stitchd/core';
import { itemLimits } from './item-limits.ts';
import { timeRejection, type ItemTimes } from './item-time.ts';
import type { EventValueType, Item, ItemHead, Rejection } from './item.ts';
import { isShallow } from './property-depth.ts';

/** What one batch's items are checked against. */
export interface ItemRules {
  readonly times: ItemTimes;
  /** Undefined: no such event is defined. */
  readonly valueTypeOf: (eventKey: string) => EventValueType | undefined;
}

export type CheckedItem =
  | { readonly kind: 'ok'; readonly item: Item }
  | { readonly kind: 'rejected'; readonly rejection: Rejection };

type JsonObject = Readonly<Record<string, unknown>>;

// Written by hand, since it runs for every item of every batch: a schema library takes three to five times as long.

const eventFields = new Set(['type', 'id', 'at', 'key', 'value', 'context', 'properties']);
const exposureFields = new Set(['type', 'id', 'at', 'flag', 'variant', 'rule', 'split', 'iterationId', 'holdout', 'context']);

/** Checks one item of a batch, whatever it is. Never throws. */
export function checkItem(input: unknown, rules: ItemRules): CheckedItem {
  if (!isObject(input)) return invalid('An item is an object.');
  switch (input['type']) {
    case 'event':
      return checkEvent(input, rules);
    case 'exposure':
      return checkExposure(input, rules);
    default:
      return invalid('type must be "event" or "exposure".');
  }
}

function checkEvent(input: JsonObject, rules: ItemRules): CheckedItem {
  const head = checkHead(input, eventFields, rules.times);
  if ('kind' in head) return head;
  const { key, value, properties } = input;
  if (typeof key !== 'string' || !isKey(key)) return invalid('key must be the key of an event.');
  const valueType = rules.valueTypeOf(key);
  if (valueType === undefined) return rejected('EVENT_UNDEFINED', `No event "${key}" is defined in this project.`);
  const wrongValue = valueProblem(key, valueType, value);
  if (wrongValue !== undefined) return rejected('VALUE_WRONG_TYPE', wrongValue);
  if (properties !== undefined && !isObject(properties)) return invalid('properties must be an object.');
  if (properties !== undefined && !isShallow(properties, itemLimits.propertyDepth))
    return invalid(`properties are nested more than ${itemLimits.propertyDepth} levels deep.`);
  return {
    kind: 'ok',
    item: {
      type: 'event',
      head,
      key,
      value: valueType === 'number' ? (value as number) : 0,
      properties: properties === undefined ? '' : JSON.stringify(properties),
    },
  };
}

function valueProblem(key: string, valueType: EventValueType, value: unknown): string | undefined {
  switch (valueType) {
    case 'none':
      return value === undefined ? undefined : `The event "${key}" takes no value.`;
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? undefined : `The event "${key}" needs a number as its value.`;
  }
}

function checkExposure(input: JsonObject, rules: ItemRules): CheckedItem {
  const head = checkHead(input, exposureFields, rules.times);
  if ('kind' in head) return head;
  const { flag, variant, rule = '', split = '', iterationId = '', holdout = '' } = input;
  if (typeof flag !== 'string' || !isKey(flag)) return invalid('flag must be the key of a flag.');
  if (!isName(variant) || variant === '') return invalid(nameMessage('variant'));
  if (!isName(rule)) return invalid(nameMessage('rule'));
  if (!isName(split)) return invalid(nameMessage('split'));
  if (!isName(holdout)) return invalid(nameMessage('holdout'));
  if (typeof iterationId !== 'string' || (iterationId !== '' && !isUuid(iterationId)))
    return invalid('iterationId must be a UUID in lower case.');
  return { kind: 'ok', item: { type: 'exposure', head, flag, variant, rule, split, iterationId, holdout } };
}

function checkHead(input: JsonObject, fields: ReadonlySet<string>, times: ItemTimes): ItemHead | CheckedItem {
  for (const name in input) if (!fields.has(name)) return invalid(`There is no field ${JSON.stringify(name.slice(0, 100))}.`);
  const { id, at, context } = input;
  const idMs = typeof id === 'string' ? uuidv7TimeMs(id) : undefined;
  if (idMs === undefined) return invalid('id must be a UUID of version 7 in lower case.');
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0)
    return invalid('at must be a time in whole milliseconds since 1970.');
  const outside = timeRejection(at, idMs, times);
  if (outside !== undefined) return { kind: 'rejected', rejection: outside };
  if (!isObject(context)) return invalid(contextMessage);
  const kinds = Object.keys(context);
  if (kinds.length === 0 || kinds.length > itemLimits.contextKinds) return invalid(contextMessage);
  for (const kind of kinds) {
    const unit = context[kind];
    if (kind === '' || kind.length > itemLimits.kindCharacters) return invalid(contextMessage);
    if (typeof unit !== 'string' || unit === '' || unit.length > itemLimits.unitCharacters) return invalid(contextMessage);
  }
  return { id: id as string, atMs: at, context: context as Readonly<Record<string, string>>, kinds };
}

const contextMessage = `context must map 1 to ${itemLimits.contextKinds} context kinds (up to ${itemLimits.kindCharacters} characters) to keys (1 to ${itemLimits.unitCharacters} characters).`;

function nameMessage(field: string): string {
  return `${field} must be a text of up to ${itemLimits.nameCharacters} characters.`;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= itemLimits.nameCharacters;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): CheckedItem {
  return rejected('ITEM_INVALID', message);
}

function rejected(code: Rejection['code'], message: string): CheckedItem {
  return { kind: 'rejected', rejection: { code, message } };
}
