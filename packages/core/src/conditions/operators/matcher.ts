import type { JsonValue } from '../../definitions/json-value.ts';

/** What a matcher says of one value. */
export type Match = typeof noMatch | typeof match | typeof wrongType;

export const noMatch = 0;
export const match = 1;
/** The operator does not apply to values of this type. */
export const wrongType = 2;

/** Compares one scalar value of a context with the operator's values, which were prepared once. Never throws. */
export type Matcher = (value: unknown) => Match;

/** What an operator prepares its matcher from. */
export interface OperatorInput {
  readonly values: readonly JsonValue[];
  readonly ignoreCase: boolean;
}

/** Prepares a matcher; `undefined` if the values are unusable, which makes the condition unknown. */
export type PrepareMatcher = (input: OperatorInput) => Matcher | undefined;

/** The values as text, or `undefined` if one is not text. */
export function textValues(values: readonly JsonValue[]): readonly string[] | undefined {
  return values.every((value) => typeof value === 'string') ? values : undefined;
}

/** The values as numbers, or `undefined` if one is not a number. */
export function numberValues(values: readonly JsonValue[]): readonly number[] | undefined {
  return values.every((value) => typeof value === 'number') ? values : undefined;
}

/** The values, each parsed, or `undefined` if one can't be. */
export function parsedValues<Parsed>(
  values: readonly JsonValue[],
  parse: (value: JsonValue) => Parsed | undefined,
): readonly Parsed[] | undefined {
  const parsed: Parsed[] = [];
  for (const value of values) {
    const one = parse(value);
    if (one === undefined) return undefined;
    parsed.push(one);
  }
  return parsed;
}
