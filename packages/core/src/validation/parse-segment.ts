import {
  isShardCount,
  type ListSegmentDefinition,
  type ListSource,
  maxShards,
  type RuleSegmentDefinition,
  type SegmentDefinition,
} from '../definitions/segment.ts';
import type { PlainObject } from '../context/plain-object.ts';
import { listOf, readBoolean, readField, readKey, readObject, readOptional, readText } from './field-readers.ts';
import { readCondition } from './parse-condition.ts';
import { validationLimits } from './validation-limits.ts';
import { type ErrorList, memberPath, type Reader, validate, type Validation } from './validation.ts';

const readListSource: Reader<ListSource> = (input, path, errors) => {
  const object = readObject(input, path, errors, ['keys', 'shards', 'remote']);
  if (object === undefined) return undefined;
  if (Object.keys(object).length !== 1) return errors.add(path, 'must have one of keys, shards and remote');
  if (Object.hasOwn(object, 'keys')) {
    const keys = readField(object, 'keys', path, errors, listOf(readText, 0, validationLimits.inlineListKeys));
    return keys && { keys };
  }
  if (Object.hasOwn(object, 'remote'))
    return object['remote'] === true ? { remote: true } : errors.add(memberPath(path, 'remote'), 'must be true');
  const shards = object['shards'];
  return isShardCount(shards)
    ? { shards }
    : errors.add(memberPath(path, 'shards'), `must be a power of two from 1 to ${maxShards}`);
};

const readMembersVersion: Reader<number> = (input, path, errors) =>
  typeof input === 'number' && Number.isSafeInteger(input) && input >= 0 ? input : errors.add(path, 'must be a whole number');

function readList(object: PlainObject, path: string, errors: ErrorList): Omit<ListSegmentDefinition, 'key'> | undefined {
  const contextKind = readField(object, 'contextKind', path, errors, readText);
  const included = readField(object, 'included', path, errors, readListSource);
  const excluded = readField(object, 'excluded', path, errors, readListSource);
  const exact = readOptional(object, 'exact', path, errors, readBoolean);
  const membersVersion = readOptional(object, 'membersVersion', path, errors, readMembersVersion);
  if (contextKind === undefined || included === undefined || excluded === undefined) return undefined;
  for (const [name, source] of Object.entries({ included, excluded })) {
    if (exact.exact === true && 'shards' in source)
      errors.add(memberPath(path, name), 'of an exact list must not be fingerprints');
  }
  return { type: 'list', contextKind, included, excluded, ...exact, ...membersVersion };
}

function readRule(object: PlainObject, path: string, errors: ErrorList): Omit<RuleSegmentDefinition, 'key'> | undefined {
  const when = readField(object, 'when', path, errors, readCondition);
  return when && { type: 'rule', when };
}

const readSegment: Reader<SegmentDefinition> = (input, path, errors) => {
  const isList = typeof input === 'object' && input !== null && 'type' in input && input.type === 'list';
  const fields = isList
    ? ['key', 'type', 'contextKind', 'included', 'excluded', 'exact', 'membersVersion']
    : ['key', 'type', 'when'];
  const object = readObject(input, path, errors, fields);
  if (object === undefined) return undefined;
  const key = readField(object, 'key', path, errors, readKey);
  if (!isList && object['type'] !== 'rule') return errors.add(memberPath(path, 'type'), 'must be rule or list');
  const rest = isList ? readList(object, path, errors) : readRule(object, path, errors);
  return key === undefined || rest === undefined ? undefined : { key, ...rest };
};

/** Checks a segment's definition: structure, sizes, conditions. Never throws. */
export function parseSegment(json: unknown): Validation<SegmentDefinition> {
  return validate(json, readSegment);
}
