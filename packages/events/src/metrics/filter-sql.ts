import type { PropertyCondition, PropertyFilter } from '@stitchd/core';
import { allOf, anyOf, type FilterField } from './filter-field.ts';

/**
 * A filter as an expression that is 1 where it holds and 0 elsewhere. All that people wrote is bound as parameters.
 *
 * @param fieldOf - how SQL reads a property; see `jsonField` and `textField`
 */
export function filterSql(filter: PropertyFilter, fieldOf: (property: string) => FilterField): string {
  if ('all' in filter) return allOf(filter.all.map((part) => filterSql(part, fieldOf)));
  if ('any' in filter) return anyOf(filter.any.map((part) => filterSql(part, fieldOf)));
  if ('not' in filter) return `(NOT ${filterSql(filter.not, fieldOf)})`;
  return conditionSql(filter, fieldOf(filter.property));
}

function conditionSql(condition: PropertyCondition, field: FilterField): string {
  switch (condition.operator) {
    case '=':
      return field.equals(condition.value);
    case '!=':
      return `(${field.isOfType(condition.value)} AND NOT ${field.equals(condition.value)})`;
    case '<':
    case '<=':
    case '>':
    case '>=':
      return field.compares(condition.operator, condition.value);
    case 'in':
      return field.isAmong(condition.values);
    case 'contains':
      return field.contains(condition.value);
    case 'exists':
      return `(${field.exists})`;
  }
}
