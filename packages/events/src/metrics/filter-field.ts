import type { PropertyValue } from '@stitchd/core';

/** A property as SQL reads it. All expressions are 0 or 1, never NULL. */
export interface FilterField {
  /** There, and not null. */
  readonly exists: string;
  /** Of the value's type. */
  readonly isOfType: (value: PropertyValue) => string;
  /** Equal to it, and so of its type. */
  readonly equals: (value: PropertyValue) => string;
  /** Equal to one of them. */
  readonly isAmong: (values: readonly PropertyValue[]) => string;
  /** A number for which the comparison holds. */
  readonly compares: (operator: '<' | '<=' | '>' | '>=', value: number) => string;
  /** A text with this text in it, or a list with an item equal to the value. */
  readonly contains: (value: PropertyValue) => string;
}

/** Values by their type: each type is compared by itself. */
export function valuesByType(values: readonly PropertyValue[]) {
  return {
    texts: values.filter((value) => typeof value === 'string'),
    numbers: values.filter((value) => typeof value === 'number'),
    truths: values.filter((value) => typeof value === 'boolean'),
  };
}

/** One of several expressions; none of none. */
export function anyOf(expressions: readonly string[]): string {
  return expressions.length === 0 ? '0' : `(${expressions.join(' OR ')})`;
}

/** All of several expressions; true of none. */
export function allOf(expressions: readonly string[]): string {
  return expressions.length === 0 ? '1' : `(${expressions.join(' AND ')})`;
}
