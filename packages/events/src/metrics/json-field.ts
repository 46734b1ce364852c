import { propertyPath, type PropertyValue } from '@stitchd/core';
import { anyOf, type FilterField, valuesByType } from './filter-field.ts';
import type { QueryParameters } from './query-parameters.ts';

/** How ClickHouse names the types of JSON's numbers. */
const numberTypes = "('Int64', 'UInt64', 'Double')";

/** A property in a column that holds JSON as text. */
export interface JsonField extends FilterField {
  readonly isNumber: string;
  /** 0 where it is no number. */
  readonly number: string;
  /** A text, number or truth value. */
  readonly isScalar: string;
  /** As JSON; equal values are equal text, because one writer writes them. */
  readonly raw: string;
}

/** @throws RangeError for what is no path: definitions are checked before */
export function jsonField(column: string, property: string, parameters: QueryParameters): JsonField {
  const names = propertyPath(property);
  if (names === undefined) throw new RangeError(`${JSON.stringify(property)} is no path of a property`);
  return fieldAt([column, ...names.map((name) => parameters.bind('String', name))].join(', '), parameters);
}

/** @param place - the arguments that lead to the value: a column and names */
function fieldAt(place: string, parameters: QueryParameters): JsonField {
  const type = `JSONType(${place})`;
  const text = `JSONExtractString(${place})`;
  const number = `JSONExtractFloat(${place})`;
  const isNumber = `${type} IN ${numberTypes}`;
  const isOfType = (value: PropertyValue): string => {
    if (typeof value === 'number') return isNumber;
    return typeof value === 'string' ? `${type} = 'String'` : `${type} = 'Bool'`;
  };
  const equals = (value: PropertyValue): string => `(${isOfType(value)} AND ${plainlyEquals(value)})`;
  const plainlyEquals = (value: PropertyValue): string => {
    if (typeof value === 'number') return `${number} = ${parameters.bind('Float64', value)}`;
    if (typeof value === 'string') return `${text} = ${parameters.bind('String', value)}`;
    return `JSONExtractBool(${place}) = ${parameters.bind('Bool', value)}`;
  };
  return {
    exists: `${type} != 'Null'`,
    isOfType,
    equals,
    isAmong(values) {
      const { texts, numbers, truths } = valuesByType(values);
      return anyOf([
        ...(texts.length === 0 ? [] : [`(${type} = 'String' AND has(${parameters.bind('Array(String)', texts)}, ${text}))`]),
        ...(numbers.length === 0 ? [] : [`(${isNumber} AND has(${parameters.bind('Array(Float64)', numbers)}, ${number}))`]),
        ...truths.map(equals),
      ]);
    },
    compares: (operator, value) => `(${isNumber} AND ${number} ${operator} ${parameters.bind('Float64', value)})`,
    contains(value) {
      const item = fieldAt('item', parameters).equals(value);
      const inList = `(${type} = 'Array' AND arrayExists(item -> ${item}, JSONExtractArrayRaw(${place})))`;
      if (typeof value !== 'string') return inList;
      return anyOf([`(${type} = 'String' AND position(${text}, ${parameters.bind('String', value)}) > 0)`, inList]);
    },
    isNumber,
    number,
    isScalar: `${type} IN ('String', 'Bool', 'Int64', 'UInt64', 'Double')`,
    raw: `JSONExtractRaw(${place})`,
  };
}
