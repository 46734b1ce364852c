import type { PropertyFilter, PropertyOperator, PropertyValue } from '@stitchd/core';

/** A condition as a form holds it: values are texts. */
export interface ConditionRow {
  readonly kind: 'condition';
  readonly not: boolean;
  readonly property: string;
  readonly operator: PropertyOperator;
  /** Of `in`, one or more; of `exists`, none. */
  readonly values: readonly string[];
}

/** Conditions, and groups in groups. */
export interface FilterGroup {
  readonly kind: 'group';
  readonly not: boolean;
  readonly match: 'all' | 'any';
  readonly parts: readonly (ConditionRow | FilterGroup)[];
}

export const emptyFilter: FilterGroup = { kind: 'group', not: false, match: 'all', parts: [] };
export const newCondition: ConditionRow = { kind: 'condition', not: false, property: '', operator: '=', values: [''] };

/** A filter as a form shows it: a group at the top, whatever it is. */
export function filterRows(filter: PropertyFilter | undefined): FilterGroup {
  if (filter === undefined) return emptyFilter;
  const part = partOf(filter);
  return part.kind === 'group' ? part : { ...emptyFilter, parts: [part] };
}

function partOf(filter: PropertyFilter): ConditionRow | FilterGroup {
  if ('not' in filter) {
    const part = partOf(filter.not);
    return { ...part, not: !part.not };
  }
  if ('all' in filter) return { kind: 'group', not: false, match: 'all', parts: filter.all.map(partOf) };
  if ('any' in filter) return { kind: 'group', not: false, match: 'any', parts: filter.any.map(partOf) };
  const { property, operator } = filter;
  const values = operator === 'exists' ? [] : operator === 'in' ? filter.values.map(textOf) : [textOf(filter.value)];
  return { kind: 'condition', not: false, property, operator, values };
}

/** The filter that a form says; undefined where it says nothing. */
export function filterOf(group: FilterGroup): PropertyFilter | undefined {
  if (group.parts.length === 0 && !group.not) return undefined;
  const [only] = group.parts;
  if (group.parts.length === 1 && only !== undefined && !group.not) return partFilter(only);
  return partFilter(group);
}

function partFilter(part: ConditionRow | FilterGroup): PropertyFilter {
  const plain = part.kind === 'group' ? { [part.match]: part.parts.map(partFilter) } : condition(part);
  return (part.not ? { not: plain } : plain) as PropertyFilter;
}

function condition({ property, operator, values }: ConditionRow) {
  if (operator === 'exists') return { property, operator };
  if (operator === 'in') return { property, operator, values: values.map(valueOf) };
  return { property, operator, value: valueOf(values[0] ?? '') };
}

/** Numbers, true and false are taken as such, what stands in quotation marks as text, and so is all the rest. */
export function valueOf(text: string): PropertyValue {
  const trimmed = text.trim();
  if (trimmed === 'true') return true;
  if (trimmed === 'false') return false;
  if (/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(trimmed)) return Number(trimmed);
  const quoted = /^"(.*)"$/s.exec(trimmed);
  return quoted?.[1] ?? text;
}

/** The text that `valueOf` reads as this value. */
export function textOf(value: PropertyValue): string {
  const text = String(value);
  return typeof value === 'string' && valueOf(text) !== value ? `"${text}"` : text;
}
