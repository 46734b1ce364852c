import { isKey, type EventValueType } from '@stitchd/core';
import { checkHead } from './check-head.ts';
import { invalid, isObject, rejected, type CheckedItem, type JsonObject } from './checked-item.ts';
import { itemLimits } from './item-limits.ts';
import type { ItemRules } from './item-rules.ts';
import { isShallow } from './property-depth.ts';

const fields = new Set(['type', 'id', 'at', 'key', 'value', 'context', 'properties']);

export function checkEvent(input: JsonObject, rules: ItemRules): CheckedItem {
  const head = checkHead(input, fields, rules.times);
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
      value: valueType === 'none' ? 0 : Number(value),
      properties: properties === undefined ? '' : JSON.stringify(properties),
    },
  };
}

function valueProblem(key: string, valueType: EventValueType, value: unknown): string | undefined {
  switch (valueType) {
    case 'none':
      return value === undefined ? undefined : `The event "${key}" takes no value.`;
    case 'boolean':
      return typeof value === 'boolean' || value === 0 || value === 1
        ? undefined
        : `The event "${key}" needs true or false as its value.`;
    case 'integer':
      return Number.isSafeInteger(value) ? undefined : `The event "${key}" needs a whole number as its value.`;
    case 'double':
      return Number.isFinite(value) ? undefined : `The event "${key}" needs a number as its value.`;
  }
}
