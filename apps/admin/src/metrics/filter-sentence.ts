import type { PropertyFilter, PropertyValue } from '@stitchd/core';

/** A filter in words; groups within groups in brackets. */
export function filterSentence(filter: PropertyFilter): string {
  if ('all' in filter) return joined(filter.all, ' and ', 'always');
  if ('any' in filter) return joined(filter.any, ' or ', 'never');
  if ('not' in filter) return `not (${filterSentence(filter.not)})`;
  switch (filter.operator) {
    case 'exists':
      return `${filter.property} is there`;
    case 'in':
      return `${filter.property} is one of ${filter.values.map(valueText).join(', ')}`;
    case 'contains':
      return `${filter.property} contains ${valueText(filter.value)}`;
    default:
      return `${filter.property} ${filter.operator.replace('!=', '≠').replace('<=', '≤').replace('>=', '≥')} ${valueText(filter.value)}`;
  }
}

function joined(parts: readonly PropertyFilter[], by: string, none: string): string {
  if (parts.length === 0) return none;
  const texts = parts.map((part) => ('all' in part || 'any' in part ? `(${filterSentence(part)})` : filterSentence(part)));
  return texts.join(by);
}

function valueText(value: PropertyValue): string {
  return typeof value === 'string' ? `“${value}”` : String(value);
}
