import { eventValueProblem, isKey } from '@stitchd/core';
import { checkHead } from './check-head.ts';
import { invalid, isObject, rejected, type CheckedItem, type JsonObject } from './checked-item.ts';
import type { EventRule, ItemRules } from './item-rules.ts';
import type { ItemHead, QuarantinedEventItem, Rejection } from './item.ts';
import { propertiesProblem } from './properties-problem.ts';

const fields = new Set(['type', 'id', 'at', 'key', 'value', 'context', 'properties']);

export function checkEvent(input: JsonObject, rules: ItemRules): CheckedItem {
  const head = checkHead(input, fields, rules.times);
  if ('kind' in head) return head;
  const { key, value, properties } = input;
  if (typeof key !== 'string' || !isKey(key)) return invalid('key must be the key of an event.');
  if (properties !== undefined && !isObject(properties)) return invalid('properties must be an object.');
  const oversized = properties === undefined ? undefined : propertiesProblem(properties);
  if (oversized !== undefined) return invalid(oversized);
  const rule = rules.eventRuleOf(key);
  if (rule === undefined) return checkUndefined({ head, key, value, properties }, rules);
  const rejection = eventRejection(rule, { head, key, value, properties });
  if (rejection !== undefined) return { kind: 'rejected', rejection };
  return {
    kind: 'ok',
    item: {
      type: 'event',
      head,
      key,
      value: rule.valueType === 'none' ? 0 : Number(value),
      properties: properties === undefined ? '' : JSON.stringify(properties),
    },
  };
}

function checkUndefined(found: FoundEvent & { readonly head: ItemHead }, rules: ItemRules): CheckedItem {
  const { head, key, value, properties } = found;
  if ((rules.quarantinePlaces ?? 0) === 0) return rejected('EVENT_UNDEFINED', `No event "${key}" is defined in this project.`);
  const valueKind = valueKindOf(value);
  if (valueKind === undefined)
    return rejected('VALUE_WRONG_TYPE', `The value of the event "${key}" is no number, true or false.`);
  return {
    kind: 'ok',
    item: {
      type: 'quarantined-event',
      head,
      key,
      valueKind,
      value: valueKind === 'none' ? 0 : Number(value),
      properties: properties === undefined ? '' : JSON.stringify(properties),
    },
  };
}

function valueKindOf(value: unknown): QuarantinedEventItem['valueKind'] | undefined {
  if (value === undefined) return 'none';
  if (typeof value === 'boolean') return 'boolean';
  return Number.isFinite(value) ? 'number' : undefined;
}

interface FoundEvent {
  readonly head: Pick<ItemHead, 'context'>;
  readonly key: string;
  readonly value: unknown;
  readonly properties: JsonObject | undefined;
}

const nothing: JsonObject = {};

/** Why an event does not fit its definition; undefined where it does. */
export function eventRejection(rule: EventRule, { head, key, value, properties }: FoundEvent): Rejection | undefined {
  if (rule.archived) return { code: 'EVENT_ARCHIVED', message: `The event "${key}" is archived.` };
  const wrongValue = eventValueProblem(rule.valueType, value);
  if (wrongValue !== undefined) return { code: 'VALUE_WRONG_TYPE', message: `The event "${key}" ${wrongValue}.` };
  for (const kind of rule.requiredContexts)
    if (!Object.hasOwn(head.context, kind))
      return { code: 'CONTEXT_KIND_MISSING', message: `The event "${key}" needs the context kind "${kind}".` };
  const wrongProperties = rule.propertiesProblem?.(properties ?? nothing);
  if (wrongProperties === undefined) return undefined;
  return { code: 'PROPERTIES_INVALID', message: `The event "${key}" does not fit its schema: ${wrongProperties}.` };
}
