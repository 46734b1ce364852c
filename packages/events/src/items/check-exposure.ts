import { isKey, isUuid } from '@stitchd/core';
import { checkHead } from './check-head.ts';
import { invalid, isObject, type CheckedItem, type JsonObject } from './checked-item.ts';
import { itemLimits } from './item-limits.ts';
import type { ItemRules } from './item-rules.ts';

const fields = new Set([
  'type',
  'id',
  'at',
  'flag',
  'variant',
  'rule',
  'split',
  'iterationId',
  'holdout',
  'coveredBy',
  'context',
  'attributes',
  'delivered',
]);

export function checkExposure(input: JsonObject, rules: ItemRules): CheckedItem {
  const head = checkHead(input, fields, rules.times);
  if ('kind' in head) return head;
  const { flag, variant, rule = '', split = '', iterationId = '', holdout = '', coveredBy = [], attributes = {} } = input;
  const { delivered = false } = input;
  if (typeof flag !== 'string' || !isKey(flag)) return invalid('flag must be the key of a flag.');
  if (!isName(variant) || variant === '') return invalid(nameMessage('variant'));
  if (!isName(rule)) return invalid(nameMessage('rule'));
  if (!isName(split)) return invalid(nameMessage('split'));
  if (!isName(holdout)) return invalid(nameMessage('holdout'));
  if (!isNames(coveredBy)) return invalid(coveredByMessage);
  if (typeof iterationId !== 'string' || (iterationId !== '' && !isUuid(iterationId)))
    return invalid('iterationId must be a UUID in lower case.');
  if (!isAttributes(attributes)) return invalid(attributesMessage);
  if (typeof delivered !== 'boolean') return invalid('delivered must be true or false.');
  return {
    kind: 'ok',
    item: { type: 'exposure', head, flag, variant, rule, split, iterationId, holdout, coveredBy, attributes, delivered },
  };
}

function nameMessage(field: string): string {
  return `${field} must be a text of up to ${itemLimits.nameCharacters} characters.`;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.length <= itemLimits.nameCharacters;
}

const coveredByMessage = `coveredBy must be up to ${itemLimits.exposureHoldouts} different texts of up to ${itemLimits.nameCharacters} characters.`;

function isNames(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= itemLimits.exposureHoldouts &&
    value.every((name) => isName(name) && name !== '') &&
    new Set(value).size === value.length
  );
}

const attributesMessage = `attributes must map up to ${itemLimits.exposureAttributes} names (up to ${itemLimits.attributeNameCharacters} characters) to texts of up to ${itemLimits.attributeCharacters} characters.`;

function isAttributes(value: unknown): value is Readonly<Record<string, string>> {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  return (
    names.length <= itemLimits.exposureAttributes &&
    names.every((name) => {
      const text = value[name];
      return (
        name !== '' &&
        name.length <= itemLimits.attributeNameCharacters &&
        typeof text === 'string' &&
        text.length <= itemLimits.attributeCharacters
      );
    })
  );
}
