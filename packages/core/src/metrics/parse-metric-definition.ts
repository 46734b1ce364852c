import { isPlainObject, type PlainObject } from '../context/plain-object.ts';
import { readPropertyPath } from '../property-filters/parse-property-filter.ts';
import { listOf, readField, readObject, readOptional } from '../validation/field-readers.ts';
import { type ErrorList, memberPath, type Reader, validate, type Validation } from '../validation/validation.ts';
import { daysToMs } from './hours.ts';
import {
  type AttributionWindow,
  type EventSelection,
  type MetricDefinition,
  metricDirections,
  type MetricGoal,
  type MetricType,
  metricTypes,
} from './metric-definition.ts';
import { metricLimits } from './metric-limits.ts';
import { measureFields, readMeasure, readMeasureOfType, readSelection } from './read-measure.ts';
import { readChoice, readNumberWhere, readWindowHours } from './read-numbers.ts';

const goalFields = ['direction', 'minimumEffect'];
const windowFields = ['windowHours', 'delayHours'];

function readGoal(object: PlainObject, path: string, errors: ErrorList): MetricGoal {
  const { direction = 'increase' } = readOptional(object, 'direction', path, errors, readChoice(metricDirections));
  const { minimumEffect: most } = metricLimits;
  const isEffect = readNumberWhere((effect) => effect > 0 && effect <= most, `must be above 0, at most ${most}: 0.02 is 2 %`);
  return { direction, ...readOptional(object, 'minimumEffect', path, errors, isEffect) };
}

function readWindow(object: PlainObject, path: string, errors: ErrorList): AttributionWindow {
  const limits = metricLimits;
  const readHours = readWindowHours(limits.windowHours.most, 'until the end of the period');
  const isDelay = (hours: number): boolean => hours >= 0 && hours <= limits.delayHours;
  const readDelay = readNumberWhere(isDelay, `must be hours, from 0 to ${limits.delayHours}`);
  const { windowHours = limits.windowHours.usual } = readOptional(object, 'windowHours', path, errors, readHours);
  const { delayHours = 0 } = readOptional(object, 'delayHours', path, errors, readDelay);
  return { windowHours, delayHours };
}

type ReadOfType = (object: PlainObject, path: string, errors: ErrorList) => MetricDefinition | undefined;

const readRatio: ReadOfType = (object, path, errors) => {
  readObject(object, path, errors, ['type', 'numerator', 'denominator', ...goalFields, ...windowFields]);
  const numerator = readField(object, 'numerator', path, errors, readMeasure);
  const denominator = readField(object, 'denominator', path, errors, readMeasure);
  if (numerator === undefined || denominator === undefined) return undefined;
  return {
    type: 'ratio',
    numerator,
    denominator,
    ...readGoal(object, path, errors),
    ...readWindow(object, path, errors),
  };
};

const readQuantile: ReadOfType = (object, path, errors) => {
  const common = ['type', 'level', 'per', ...goalFields, ...windowFields];
  const { least, most } = metricLimits.quantileLevel;
  const isLevel = readNumberWhere((level) => level >= least && level <= most, `must be from ${least} to ${most}`);
  const level = readField(object, 'level', path, errors, isLevel);
  const per = readField(object, 'per', path, errors, readChoice(['unit', 'event'] as const));
  const rest = { ...readGoal(object, path, errors), ...readWindow(object, path, errors) };
  if (per === 'unit') {
    readObject(object, path, errors, [...common, 'measure']);
    const measure = readField(object, 'measure', path, errors, readMeasure);
    return level === undefined || measure === undefined ? undefined : { type: 'quantile', level, per, measure, ...rest };
  }
  if (per === undefined) return undefined;
  readObject(object, path, errors, [...common, 'event', 'filter', 'property']);
  const selection = readSelection(object, path, errors);
  const property = readOptional(object, 'property', path, errors, readPropertyPath);
  return level === undefined || selection === undefined
    ? undefined
    : { type: 'quantile', level, per, ...selection, ...property, ...rest };
};

const readStep: Reader<EventSelection> = (input, path, errors) => {
  const object = readObject(input, path, errors, ['event', 'filter']);
  return object && readSelection(object, path, errors);
};

const readFunnel: ReadOfType = (object, path, errors) => {
  readObject(object, path, errors, ['type', 'steps', 'withinHours', ...goalFields, ...windowFields]);
  const { funnelSteps, withinHours: limit } = metricLimits;
  const steps = readField(object, 'steps', path, errors, listOf(readStep, funnelSteps.least, funnelSteps.most));
  const readHours = readWindowHours(limit.most, undefined);
  const { withinHours = limit.usual } = readOptional(object, 'withinHours', path, errors, readHours);
  const rest = { ...readGoal(object, path, errors), ...readWindow(object, path, errors) };
  return steps && { type: 'funnel', steps, withinHours, ...rest };
};

const readRetention: ReadOfType = (object, path, errors) => {
  readObject(object, path, errors, ['type', 'event', 'filter', 'fromDays', 'toDays', ...goalFields]);
  const most = metricLimits.retentionDays;
  const isDay = readNumberWhere((days) => days >= 0 && days <= most, `must be days, from 0 to ${most}`);
  const selection = readSelection(object, path, errors);
  const fromDays = readField(object, 'fromDays', path, errors, isDay);
  const toDays = readField(object, 'toDays', path, errors, isDay);
  const goal = readGoal(object, path, errors);
  if (selection === undefined || fromDays === undefined || toDays === undefined) return undefined;
  if (daysToMs(toDays) - daysToMs(fromDays) < metricLimits.leastWindowMs)
    return errors.add(memberPath(path, 'toDays'), 'must lie after fromDays');
  return { type: 'retention', ...selection, fromDays, toDays, ...goal };
};

function readOfType(type: MetricType, object: PlainObject, path: string, errors: ErrorList): MetricDefinition | undefined {
  switch (type) {
    case 'ratio':
      return readRatio(object, path, errors);
    case 'quantile':
      return readQuantile(object, path, errors);
    case 'funnel':
      return readFunnel(object, path, errors);
    case 'retention':
      return readRetention(object, path, errors);
    default: {
      readObject(object, path, errors, ['type', ...measureFields(type), ...goalFields, ...windowFields]);
      const measure = readMeasureOfType(type, object, path, errors);
      return measure && { ...measure, ...readGoal(object, path, errors), ...readWindow(object, path, errors) };
    }
  }
}

/** Reads a metric's definition within a larger input, with the defaults of what is left out. */
export const readMetricDefinition: Reader<MetricDefinition> = (input, path, errors) => {
  if (!isPlainObject(input)) return errors.add(path, 'must be an object');
  const type = readField(input, 'type', path, errors, readChoice(metricTypes));
  return type && readOfType(type, input, path, errors);
};

/**
 * Checks a metric's definition and completes it: 7 days' window, no delay, up is good. What needs the project (whether the
 * events exist and carry numbers) is for the owner of definitions to check. Never throws.
 */
export function parseMetricDefinition(json: unknown): Validation<MetricDefinition> {
  return validate(json, readMetricDefinition);
}
