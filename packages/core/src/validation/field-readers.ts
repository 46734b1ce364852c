import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import { bucketCount } from '../definitions/split.ts';
import { isKey } from '../ids/key.ts';
import { validationLimits } from './validation-limits.ts';
import { type ErrorList, memberPath, type Reader } from './validation.ts';

/** An object with no other fields than the given. */
export function readObject(input: unknown, path: string, errors: ErrorList, fields: readonly string[]): PlainObject | undefined {
  if (!isPlainObject(input)) return errors.add(path, 'must be an object');
  for (const name of Object.keys(input)) {
    if (!fields.includes(name)) errors.add(memberPath(path, name), 'is not a known field');
  }
  return input;
}

/** A field of an object. */
export function readField<Value>(
  object: PlainObject,
  name: string,
  path: string,
  errors: ErrorList,
  read: Reader<Value>,
): Value | undefined {
  const value = ownValue(object, name);
  const place = memberPath(path, name);
  return value === undefined ? errors.add(place, 'is required') : read(value, place, errors);
}

/** A field that may be left out: `{}` then, else an object with it, fit for spreading. */
export function readOptional<Name extends string, Value>(
  object: PlainObject,
  name: Name,
  path: string,
  errors: ErrorList,
  read: Reader<Value>,
): { readonly [field in Name]?: Value } {
  const value = ownValue(object, name);
  if (value === undefined) return {};
  const parsed = read(value, memberPath(path, name), errors);
  const present: { [field in Name]?: Value } = {};
  if (parsed !== undefined) present[name] = parsed;
  return present;
}

/** A list of at least `least` and at most `most` items. */
export function listOf<Value>(read: Reader<Value>, least: number, most: number): Reader<readonly Value[]> {
  return (input, path, errors) => {
    if (!Array.isArray(input)) return errors.add(path, 'must be a list');
    if (input.length < least) return errors.add(path, `must have at least ${least} ${least === 1 ? 'item' : 'items'}`);
    if (input.length > most) return errors.add(path, `must have at most ${most} items`);
    const values: Value[] = [];
    for (const [index, item] of input.entries()) {
      const value = read(item, memberPath(path, index), errors);
      if (value !== undefined) values.push(value);
    }
    return values.length === input.length ? values : undefined;
  };
}

/** Text of 1 to `most` UTF-16 units. */
function textOf(most: number): Reader<string> {
  return (input, path, errors) => {
    if (typeof input !== 'string') return errors.add(path, 'must be text');
    if (input === '') return errors.add(path, 'must not be empty');
    return input.length > most ? errors.add(path, `must have at most ${most} characters`) : input;
  };
}

export const readText = textOf(validationLimits.textLength);
export const readName = textOf(validationLimits.nameLength);

export const readBoolean: Reader<boolean> = (input, path, errors) =>
  typeof input === 'boolean' ? input : errors.add(path, 'must be true or false');

/** The key of a resource. */
export const readKey: Reader<string> = (input, path, errors) =>
  typeof input === 'string' && isKey(input)
    ? input
    : errors.add(path, 'must be a key: 1 to 100 lower-case letters, digits and -_. beginning with a letter or digit');

const saltPattern = /^[0-9a-f]{16}$/;

export const readSaltText: Reader<string> = (input, path, errors) =>
  typeof input === 'string' && saltPattern.test(input) ? input : errors.add(path, 'must be 16 lower-case hex digits');

/** A bound of a range of buckets. */
export const readBucketBound: Reader<number> = (input, path, errors) =>
  typeof input === 'number' && Number.isInteger(input) && input >= 0 && input <= bucketCount
    ? input
    : errors.add(path, `must be a whole number from 0 to ${bucketCount}`);
