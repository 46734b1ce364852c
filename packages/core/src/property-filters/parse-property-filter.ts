import { isPlainObject, type PlainObject } from '../context/plain-object.ts';
import { wellFormed } from '../context/well-formed.ts';
import { listOf, readField, readObject } from '../validation/field-readers.ts';
import { type ErrorList, memberPath, type Reader, validate, type Validation } from '../validation/validation.ts';
import { propertyFilterLimits } from './property-filter-limits.ts';
import {
  propertyOperators,
  type PropertyCondition,
  type PropertyFilter,
  type PropertyOperator,
  type PropertyValue,
} from './property-filter.ts';
import { propertyPath } from './property-path.ts';

/** The path of a property, within a larger input. */
export const readPropertyPath: Reader<string> = (input, path, errors) => {
  const { pathLength, pathNames } = propertyFilterLimits;
  if (typeof input === 'string' && propertyPath(input) !== undefined && isStorable(input)) return input;
  return errors.add(
    path,
    `must be names joined by dots, such as cart.total, of at most ${pathLength} characters and ${pathNames} names`,
  );
};

const readOperator: Reader<PropertyOperator> = (input, path, errors) =>
  propertyOperators.find((operator) => operator === input) ?? errors.add(path, `must be one of ${propertyOperators.join(' ')}`);

const readValue: Reader<PropertyValue> = (input, path, errors) => {
  if (typeof input === 'boolean') return input;
  if (typeof input === 'number') return readNumber(input, path, errors);
  if (typeof input !== 'string') return errors.add(path, 'must be text, a number, true or false');
  const { textLength } = propertyFilterLimits;
  if (input.length > textLength) return errors.add(path, `must have at most ${textLength} characters`);
  return isStorable(input) ? input : errors.add(path, 'must not contain U+0000 or half a surrogate pair');
};

/** Whether PostgreSQL can keep it: definitions are stored there. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && wellFormed(text) === text;
}

const readNumber: Reader<number> = (input, path, errors) =>
  typeof input === 'number' && Number.isFinite(input) ? input : errors.add(path, 'must be a finite number');

function readCondition(input: PlainObject, path: string, errors: ErrorList): PropertyCondition | undefined {
  const operator = readField(input, 'operator', path, errors, readOperator);
  const property = readField(input, 'property', path, errors, readPropertyPath);
  if (operator === undefined) return undefined;
  const withProperty = conditionFor(operator, input, path, errors);
  return property === undefined || withProperty === undefined ? undefined : withProperty(property);
}

type MakeCondition = (property: string) => PropertyCondition;

/** Reads what an operator compares with, and refuses what it does not take. */
function conditionFor(
  operator: PropertyOperator,
  input: PlainObject,
  path: string,
  errors: ErrorList,
): MakeCondition | undefined {
  const named = ['property', 'operator'];
  switch (operator) {
    case 'exists':
      readObject(input, path, errors, named);
      return (property) => ({ property, operator });
    case 'in': {
      readObject(input, path, errors, [...named, 'values']);
      const values = readField(input, 'values', path, errors, listOf(readValue, 1, propertyFilterLimits.values));
      return values && ((property) => ({ property, operator, values }));
    }
    case '<':
    case '<=':
    case '>':
    case '>=': {
      readObject(input, path, errors, [...named, 'value']);
      const value = readField(input, 'value', path, errors, readNumber);
      return value === undefined ? undefined : (property) => ({ property, operator, value });
    }
    case '=':
    case '!=':
    case 'contains': {
      readObject(input, path, errors, [...named, 'value']);
      const value = readField(input, 'value', path, errors, readValue);
      return value === undefined ? undefined : (property) => ({ property, operator, value });
    }
  }
}

/** Reads a tree of conditions, counting its nodes. */
class FilterReader {
  private nodes = 0;

  read(input: unknown, path: string, errors: ErrorList, depth: number): PropertyFilter | undefined {
    const limits = propertyFilterLimits;
    this.nodes++;
    if (depth > limits.depth) return errors.add(path, `must not be nested deeper than ${limits.depth} levels`);
    if (this.nodes > limits.nodes)
      return this.nodes === limits.nodes + 1
        ? errors.add(path, `must have at most ${limits.nodes} conditions and groups`)
        : undefined;
    if (!isPlainObject(input)) return errors.add(path, 'must be a condition or a group of conditions');
    const form = ['all', 'any', 'not'].find((name) => Object.hasOwn(input, name));
    if (form === undefined) return readCondition(input, path, errors);
    if (readObject(input, path, errors, [form]) === undefined) return undefined;
    return this.readGroup(form, input[form], memberPath(path, form), errors, depth + 1);
  }

  private readGroup(form: string, value: unknown, path: string, errors: ErrorList, depth: number): PropertyFilter | undefined {
    if (form === 'not') {
      const not = this.read(value, path, errors, depth);
      return not && { not };
    }
    const readPart: Reader<PropertyFilter> = (part, place) => this.read(part, place, errors, depth);
    const parts = listOf(readPart, 0, propertyFilterLimits.nodes)(value, path, errors);
    if (parts === undefined) return undefined;
    return form === 'all' ? { all: parts } : { any: parts };
  }
}

/** Reads a filter within a larger input. */
export const readPropertyFilter: Reader<PropertyFilter> = (input, path, errors) =>
  new FilterReader().read(input, path, errors, 1);

/** Checks a filter: its structure, its sizes, and that each operator has what it needs. Never throws. */
export function parsePropertyFilter(json: unknown): Validation<PropertyFilter> {
  return validate(json, readPropertyFilter);
}
