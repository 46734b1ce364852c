import type { PropertyValue } from '@stitchd/core';
import { anyOf, type FilterField } from './filter-field.ts';
import type { QueryParameters } from './query-parameters.ts';

/**
 * A property that is stored as text, such as an attribute of an exposure: what it is compared with says what it is read as.
 * Numbers are read as JSON writes them, truth values are the texts `true` and `false`.
 *
 * @param exists - expression that says whether it is there
 */
export function textField(text: string, exists: string, parameters: QueryParameters): FilterField {
  // Such as 'inf', '0x1' and '1_000' are no numbers of JSON.
  const number = `ifNull(toFloat64OrNull(${text}), 0)`;
  const isNumber = `match(${text}, '^-?(0|[1-9][0-9]*)([.][0-9]+)?([eE][+-]?[0-9]+)?$')`;
  const isOfType = (value: PropertyValue): string => {
    if (typeof value === 'number') return isNumber;
    return typeof value === 'string' ? exists : `${text} IN ('true', 'false')`;
  };
  const equals = (value: PropertyValue): string => {
    if (typeof value === 'number') return `(${isNumber} AND ${number} = ${parameters.bind('Float64', value)})`;
    return `(${exists} AND ${text} = ${parameters.bind('String', String(value))})`;
  };
  return {
    exists,
    isOfType,
    equals,
    isAmong: (values) => anyOf(values.map(equals)),
    compares: (operator, value) => `(${isNumber} AND ${number} ${operator} ${parameters.bind('Float64', value)})`,
    contains: (value) => `(${exists} AND position(${text}, ${parameters.bind('String', String(value))}) > 0)`,
  };
}
