import { isPlainObject } from '../context/plain-object.ts';
import type { AttributeCondition, Condition, Operator } from '../definitions/condition.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import { isOperator, operatorTable } from '../conditions/operators/operator-table.ts';
import { maxPatternLength } from '../conditions/operators/matches.ts';
import { listOf, readBoolean, readField, readKey, readObject, readOptional, readText } from './field-readers.ts';
import { validationLimits } from './validation-limits.ts';
import { type ErrorList, memberPath, type Reader, validate, type Validation } from './validation.ts';

/** What the values of an operator must be, in words. */
const scalars = 'text, numbers, true or false';
const expectedValues: Readonly<Record<Operator, string>> = {
  equals: scalars,
  notEquals: scalars,
  in: scalars,
  notIn: scalars,
  contains: 'text',
  notContains: 'text',
  startsWith: 'text',
  notStartsWith: 'text',
  endsWith: 'text',
  notEndsWith: 'text',
  matches: `regular expressions of RE2's syntax, of at most ${maxPatternLength} characters`,
  lessThan: 'numbers',
  lessOrEqual: 'numbers',
  greaterThan: 'numbers',
  greaterOrEqual: 'numbers',
  between: 'two numbers, the lower first',
  before: 'moments: RFC 3339 text or milliseconds since 1970',
  after: 'moments: RFC 3339 text or milliseconds since 1970',
  semverEquals: 'versions such as 2.10.0',
  semverLess: 'versions such as 2.10.0',
  semverLessOrEqual: 'versions such as 2.10.0',
  semverGreater: 'versions such as 2.10.0',
  semverGreaterOrEqual: 'versions such as 2.10.0',
  semverInRange: 'ranges of versions such as >=1.2.0 <2.0.0',
  inCidr: 'networks such as 10.0.0.0/8',
  exists: 'left out or empty',
  notExists: 'left out or empty',
  containsAny: scalars,
  containsAll: scalars,
};

const readScalar: Reader<string | number | boolean> = (input, path, errors) => {
  if (typeof input === 'boolean') return input;
  if (typeof input === 'number') return Number.isFinite(input) ? input : errors.add(path, 'must be a finite number');
  if (typeof input !== 'string') return errors.add(path, `must be ${scalars}`);
  const { textLength } = validationLimits;
  return input.length > textLength ? errors.add(path, `must have at most ${textLength} characters`) : input;
};

function areUsable(op: Operator, values: readonly JsonValue[], ignoreCase: boolean): boolean {
  const operator = operatorTable[op];
  if (operator.takes === 'presence') return values.length === 0;
  if (values.length === 0 || operator.prepare({ values, ignoreCase }) === undefined) return false;
  const [low, high] = values;
  return op !== 'between' || (typeof low === 'number' && typeof high === 'number' && low <= high);
}

function readAttributeCondition(input: unknown, path: string, errors: ErrorList): AttributeCondition | undefined {
  const object = readObject(input, path, errors, ['kind', 'attribute', 'op', 'values', 'ignoreCase']);
  if (object === undefined) return undefined;
  const attribute = readField(object, 'attribute', path, errors, readText);
  const kind = readOptional(object, 'kind', path, errors, readText);
  const ignoreCase = readOptional(object, 'ignoreCase', path, errors, readBoolean);
  const errorsBefore = errors.errors.length;
  const { values = [] } = readOptional(
    object,
    'values',
    path,
    errors,
    listOf(readScalar, 0, validationLimits.valuesPerCondition),
  );
  const op = readField(object, 'op', path, errors, (name, place) =>
    isOperator(name) ? name : errors.add(place, 'is not a known operator'),
  );
  if (attribute === undefined || op === undefined || errors.errors.length > errorsBefore) return undefined;
  if (!areUsable(op, values, ignoreCase.ignoreCase === true)) {
    return errors.add(memberPath(path, 'values'), `must be ${expectedValues[op]} for ${op}`);
  }
  return { ...kind, attribute, op, values, ...ignoreCase };
}

/** Reads a tree of conditions, counting its nodes. */
class ConditionReader {
  private nodes = 0;

  read(input: unknown, path: string, errors: ErrorList, depth: number): Condition | undefined {
    this.nodes++;
    if (depth > validationLimits.conditionDepth)
      return errors.add(path, `must not be nested deeper than ${validationLimits.conditionDepth} levels`);
    if (this.nodes > validationLimits.conditionNodes) {
      return this.nodes === validationLimits.conditionNodes + 1
        ? errors.add(path, `must have at most ${validationLimits.conditionNodes} conditions`)
        : undefined;
    }
    if (!isPlainObject(input)) return errors.add(path, 'must be a condition');
    const form = ['all', 'any', 'not', 'inSegment', 'flagIs'].find((name) => Object.hasOwn(input, name));
    if (form === undefined) return readAttributeCondition(input, path, errors);
    if (readObject(input, path, errors, [form]) === undefined) return undefined;
    return this.readForm(form, input[form], memberPath(path, form), errors, depth);
  }

  private readForm(form: string, value: unknown, path: string, errors: ErrorList, depth: number): Condition | undefined {
    if (form === 'not') {
      const not = this.read(value, path, errors, depth + 1);
      return not && { not };
    }
    if (form === 'inSegment') {
      const inSegment = readKey(value, path, errors);
      return inSegment === undefined ? undefined : { inSegment };
    }
    if (form === 'flagIs') return readFlagIs(value, path, errors);
    const parts = listOf((part, place) => this.read(part, place, errors, depth + 1), 0, validationLimits.conditionNodes)(
      value,
      path,
      errors,
    );
    if (parts === undefined) return undefined;
    return form === 'all' ? { all: parts } : { any: parts };
  }
}

/** Reads a flag and variants of it; whether they exist is for the owner of flags to check. */
export const readFlagVariants: Reader<{ readonly flag: string; readonly variants: readonly string[] }> = (
  input,
  path,
  errors,
) => {
  const object = readObject(input, path, errors, ['flag', 'variants']);
  if (object === undefined) return undefined;
  const flag = readField(object, 'flag', path, errors, readKey);
  const variants = readField(object, 'variants', path, errors, listOf(readKey, 1, validationLimits.variantsPerReference));
  return flag === undefined || variants === undefined ? undefined : { flag, variants };
};

function readFlagIs(input: unknown, path: string, errors: ErrorList): Condition | undefined {
  const flagIs = readFlagVariants(input, path, errors);
  return flagIs && { flagIs };
}

/** Reads a condition within a larger input. */
export const readCondition: Reader<Condition> = (input, path, errors) => new ConditionReader().read(input, path, errors, 1);

/** Checks a condition: structure, sizes, operators and the values that they need. Never throws. */
export function parseCondition(json: unknown): Validation<Condition> {
  return validate(json, readCondition);
}
