import type { JsonValue } from './json-value.ts';

/** Every operator an attribute condition may use; their truth table is in `conditions/`. */
export const operators = [
  'equals',
  'notEquals',
  'in',
  'notIn',
  'contains',
  'notContains',
  'startsWith',
  'notStartsWith',
  'endsWith',
  'notEndsWith',
  'matches',
  'lessThan',
  'lessOrEqual',
  'greaterThan',
  'greaterOrEqual',
  'between',
  'before',
  'after',
  'semverEquals',
  'semverLess',
  'semverLessOrEqual',
  'semverGreater',
  'semverGreaterOrEqual',
  'semverInRange',
  'inCidr',
  'exists',
  'notExists',
  'containsAny',
  'containsAll',
] as const;

/** The name of an operator of an attribute condition. */
export type Operator = (typeof operators)[number];

/** Compares one attribute of one context kind with values; several values mean "any of", for not-forms "none of". */
export interface AttributeCondition {
  /** The context kind that holds the attribute; `user` if left out. */
  readonly kind?: string;
  /** A name, or a path such as `/address/country` (JSON pointer: `~1` is a slash, `~0` a tilde). `key` is the kind's key. */
  readonly attribute: string;
  readonly op: Operator;
  readonly values: readonly JsonValue[];
  /** Compare text after locale-free lower-casing. */
  readonly ignoreCase?: boolean;
}

/** A tree of conditions. `all []` is true, `any []` is false; what cannot be known is neither (Kleene's logic). */
export type Condition =
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition }
  | AttributeCondition
  | { readonly inSegment: string }
  | { readonly flagIs: { readonly flag: string; readonly variants: readonly string[] } };
