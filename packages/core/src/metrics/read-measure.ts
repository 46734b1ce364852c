import { isPlainObject, type PlainObject } from '../context/plain-object.ts';
import { readPropertyFilter, readPropertyPath } from '../property-filters/parse-property-filter.ts';
import { readField, readKey, readObject, readOptional } from '../validation/field-readers.ts';
import { type ErrorList, type Reader } from '../validation/validation.ts';
import { type EventSelection, type Measure, type MeasureType, measureTypes, type MetricCap } from './metric-definition.ts';
import { metricLimits } from './metric-limits.ts';
import { readChoice, readNumberWhere } from './read-numbers.ts';

const selectionFields = ['event', 'filter'] as const;

/** What the measure of a type is made of, its type left out. */
export function measureFields(type: MeasureType): readonly string[] {
  switch (type) {
    case 'conversion':
    case 'active-days':
      return selectionFields;
    case 'count':
      return [...selectionFields, 'cap'];
    case 'sum':
    case 'mean':
    case 'minimum':
    case 'maximum':
    case 'last':
    case 'distinct-values':
      return [...selectionFields, 'property', 'cap'];
  }
}

/** The event and the filter of an object that may hold more. */
export function readSelection(object: PlainObject, path: string, errors: ErrorList): EventSelection | undefined {
  const event = readField(object, 'event', path, errors, readKey);
  const filter = readOptional(object, 'filter', path, errors, readPropertyFilter);
  return event === undefined ? undefined : { event, ...filter };
}

const readCap: Reader<MetricCap> = (input, path, errors) => {
  if (!isPlainObject(input)) return errors.add(path, 'must be an object');
  const kind = readField(input, 'kind', path, errors, readChoice(['value', 'quantile'] as const));
  if (kind === undefined) return undefined;
  if (kind === 'value') {
    readObject(input, path, errors, ['kind', 'value']);
    const value = readField(
      input,
      'value',
      path,
      errors,
      readNumberWhere((number) => number > 0, 'must be above 0'),
    );
    return value === undefined ? undefined : { kind, value };
  }
  readObject(input, path, errors, ['kind', 'level']);
  const { least, below } = metricLimits.capLevel;
  const isLevel = readNumberWhere((number) => number >= least && number < below, `must be from ${least} to below ${below}`);
  const level = readField(input, 'level', path, errors, isLevel);
  return level === undefined ? undefined : { kind, level };
};

/** The measure of a type in an object that may hold more; what it must not hold is for the caller to refuse. */
export function readMeasureOfType(type: MeasureType, object: PlainObject, path: string, errors: ErrorList): Measure | undefined {
  const selection = readSelection(object, path, errors);
  switch (type) {
    case 'conversion':
    case 'active-days':
      return selection && { type, ...selection };
    case 'count': {
      const cap = readOptional(object, 'cap', path, errors, readCap);
      return selection && { type, ...selection, ...cap };
    }
    case 'sum':
    case 'mean':
    case 'minimum':
    case 'maximum':
    case 'last':
    case 'distinct-values': {
      const property = readOptional(object, 'property', path, errors, readPropertyPath);
      const cap = readOptional(object, 'cap', path, errors, readCap);
      return selection && { type, ...selection, ...property, ...cap };
    }
  }
}

/** A measure by itself, as part of a ratio or a quantile. */
export const readMeasure: Reader<Measure> = (input, path, errors) => {
  if (!isPlainObject(input)) return errors.add(path, 'must be an object');
  const type = readField(input, 'type', path, errors, readChoice(measureTypes));
  if (type === undefined) return undefined;
  readObject(input, path, errors, ['type', ...measureFields(type)]);
  return readMeasureOfType(type, input, path, errors);
};
