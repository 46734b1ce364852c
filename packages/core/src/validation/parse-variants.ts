import { isPlainObject } from '../context/plain-object.ts';
import type { FlagType, FlagVariant } from '../definitions/flag.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import { isValueOfType } from '../definitions/value-type.ts';
import { listOf, readKey, readObject } from './field-readers.ts';
import { validationLimits } from './validation-limits.ts';
import { type ErrorList, memberPath, type Reader, validate, type Validation } from './validation.ts';

const expectedValue: Readonly<Record<FlagType, string>> = {
  boolean: 'true or false',
  string: 'text',
  integer: 'a whole number within ±(2^53 − 1)',
  double: 'a finite number',
  json: 'a JSON value other than null',
};

/** Whether a value is plain JSON within the depth allowed; walks without trusting it to be a tree. */
function isShallowJson(value: unknown, depth: number): value is JsonValue {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || depth >= validationLimits.valueDepth) return false;
  if (!Array.isArray(value) && !isPlainObject(value)) return false;
  return Object.values(value).every((member) => isShallowJson(member, depth + 1));
}

function valueOf(type: FlagType): Reader<JsonValue> {
  return (input, path, errors) => {
    const { valueDepth, valueLength } = validationLimits;
    if (!isShallowJson(input, 0)) return errors.add(path, `must be JSON of at most ${valueDepth} levels`);
    if (!isValueOfType(input, type)) return errors.add(path, `must be ${expectedValue[type]}`);
    return JSON.stringify(input).length > valueLength
      ? errors.add(path, `must have at most ${valueLength} characters as JSON`)
      : input;
  };
}

function readVariant(type: FlagType): Reader<FlagVariant> {
  const readValue = valueOf(type);
  return (input, path, errors) => {
    const object = readObject(input, path, errors, ['key', 'value']);
    if (object === undefined) return undefined;
    const key = readKey(object['key'], memberPath(path, 'key'), errors);
    // A value may be null in the input, so that being absent is told apart by the field itself.
    const value = Object.hasOwn(object, 'value')
      ? readValue(object['value'], memberPath(path, 'value'), errors)
      : errors.add(memberPath(path, 'value'), 'is required');
    return key === undefined || value === undefined ? undefined : { key, value };
  };
}

function reportRepeatedKeys(variants: readonly FlagVariant[], path: string, errors: ErrorList): void {
  const seen = new Set<string>();
  for (const [index, { key }] of variants.entries()) {
    if (seen.has(key)) errors.add(memberPath(memberPath(path, index), 'key'), 'is used by another variant');
    seen.add(key);
  }
}

/** Checks a flag's variants: at least one, different keys, values of the flag's type. Never throws. */
export function parseVariants(json: unknown, type: FlagType): Validation<readonly FlagVariant[]> {
  return validate(json, (input, path, errors) => {
    const variants = listOf(readVariant(type), 1, validationLimits.variants)(input, path, errors);
    if (variants !== undefined) reportRepeatedKeys(variants, path, errors);
    return variants;
  });
}
