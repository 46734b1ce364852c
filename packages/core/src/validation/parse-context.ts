import { maxContextDepth, maxContextValues } from '../context/context-limits.ts';
import type { EvaluationContext } from '../context/context.ts';
import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import { listOf, readField, readName, readObject, readText } from './field-readers.ts';
import { validationLimits } from './validation-limits.ts';
import { type ErrorList, memberPath, type Reader, validate, type Validation } from './validation.ts';

const readTargetingKey: Reader<string> = (input, path, errors) => {
  if (typeof input !== 'string') return errors.add(path, 'must be text');
  const { textLength } = validationLimits;
  return input.length > textLength ? errors.add(path, `must have at most ${textLength} characters`) : input;
};

const readAssignment: Reader<PlainObject> = (input, path, errors) => {
  const object = readObject(input, path, errors, ['iterationId', 'variant']);
  if (object === undefined) return undefined;
  readField(object, 'iterationId', path, errors, readName);
  readField(object, 'variant', path, errors, readName);
  return object;
};

const readAssignments: Reader<PlainObject> = (input, path, errors) => {
  if (!isPlainObject(input)) return errors.add(path, 'must be an object');
  for (const [splitId, assignment] of Object.entries(input)) readAssignment(assignment, memberPath(path, splitId), errors);
  return input;
};

const privateAttributeNames = listOf(readText, 0, maxContextValues);

const reserved: readonly (readonly [name: string, read: Reader<unknown>])[] = [
  ['targetingKey', readTargetingKey],
  ['kind', readText],
  ['privateAttributes', privateAttributeNames],
  ['assignments', readAssignments],
];

/** Counts values level by level, so that neither depth nor cycles can exhaust anything. */
function checkSize(context: PlainObject, errors: ErrorList): void {
  let objects: object[] = [context];
  let count = 1;
  for (let depth = 0; objects.length > 0; depth++) {
    if (depth > maxContextDepth) return errors.add('', `must not be nested deeper than ${maxContextDepth} levels`);
    const below: object[] = [];
    for (const object of objects) {
      const values: unknown[] = Object.values(object);
      count += values.length;
      if (count > maxContextValues) return errors.add('', `must have at most ${maxContextValues} values`);
      for (const value of values) if (typeof value === 'object' && value !== null) below.push(value);
    }
    objects = below;
  }
}

/** Checks a context that arrives as JSON: an object of bounded size whose reserved attributes have their types. Never throws. */
export function parseContext(json: unknown): Validation<EvaluationContext> {
  return validate(json, (input, path, errors) => {
    if (!isPlainObject(input)) return errors.add(path, 'must be an object');
    checkSize(input, errors);
    for (const [name, read] of reserved) {
      const value = ownValue(input, name);
      if (value !== undefined) read(value, memberPath(path, name), errors);
    }
    return input;
  });
}
