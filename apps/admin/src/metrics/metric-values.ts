import type { Measure, MeasureType, MetricCap, MetricDefinition, MetricDirection, MetricType } from '@stitchd/core';
import { emptyFilter, filterOf, filterRows, type FilterGroup } from './filter-rows.ts';
import { readMetric } from './read-metric.ts';

/** Which events, as a form holds them. */
export interface SelectionValues {
  event: string | null;
  filter: FilterGroup;
}

export interface MeasureValues extends SelectionValues {
  type: MeasureType;
  /** Empty: the event's value. */
  property: string;
  cap: 'none' | MetricCap['kind'];
  capValue: number | string;
  /** In per cent. */
  capLevel: number | string;
}

/** Everything that any type needs: changing the type loses nothing. */
export interface MetricValues {
  name: string;
  key: string;
  description: string;
  type: MetricType;
  direction: MetricDirection;
  /** In per cent; empty: not said. */
  minimumEffect: number | string;
  windowHours: number | string;
  delayHours: number | string;
  measure: MeasureValues;
  denominator: MeasureValues;
  /** In per cent. */
  level: number | string;
  per: 'unit' | 'event';
  steps: SelectionValues[];
  withinHours: number | string;
  fromDays: number | string;
  toDays: number | string;
}

const emptySelection: SelectionValues = { event: null, filter: emptyFilter };
const emptyMeasure: MeasureValues = {
  ...emptySelection,
  type: 'sum',
  property: '',
  cap: 'none',
  capValue: 100,
  capLevel: 99.9,
};

export const newMetricValues: MetricValues = {
  name: '',
  key: '',
  description: '',
  type: 'conversion',
  direction: 'increase',
  minimumEffect: '',
  windowHours: 168,
  delayHours: 0,
  measure: emptyMeasure,
  denominator: { ...emptyMeasure, type: 'count' },
  level: 50,
  per: 'event',
  steps: [emptySelection, emptySelection],
  withinHours: 168,
  fromDays: 7,
  toDays: 14,
};

function measureValues(measure: Measure): MeasureValues {
  const cap = 'cap' in measure ? measure.cap : undefined;
  return {
    ...emptyMeasure,
    type: measure.type,
    event: measure.event,
    filter: filterRows(measure.filter),
    property: ('property' in measure && measure.property) || '',
    cap: cap?.kind ?? 'none',
    ...(cap?.kind === 'value' && { capValue: cap.value }),
    ...(cap?.kind === 'quantile' && { capLevel: percentOf(cap.level) }),
  };
}

/** A metric as a form shows it. */
export function metricValues(metric: {
  readonly name: string;
  readonly key: string;
  readonly description: string;
  readonly definition: unknown;
}): MetricValues {
  const { name, key, description } = metric;
  const named = { ...newMetricValues, name, key, description };
  const definition = readMetric(metric.definition);
  if (definition === undefined) return named;
  const values = {
    ...named,
    type: definition.type,
    direction: definition.direction,
    minimumEffect: definition.minimumEffect === undefined ? '' : percentOf(definition.minimumEffect),
    ...('windowHours' in definition && { windowHours: definition.windowHours, delayHours: definition.delayHours }),
  };
  switch (definition.type) {
    case 'ratio':
      return { ...values, measure: measureValues(definition.numerator), denominator: measureValues(definition.denominator) };
    case 'quantile': {
      const level = percentOf(definition.level);
      const { per } = definition;
      if (per === 'unit') return { ...values, level, per, measure: measureValues(definition.measure) };
      return { ...values, level, per, measure: measureValues({ ...definition, type: 'sum' }) };
    }
    case 'funnel': {
      const steps = definition.steps.map(({ event, filter }) => ({ event, filter: filterRows(filter) }));
      return { ...values, steps, withinHours: definition.withinHours };
    }
    case 'retention': {
      const { fromDays, toDays } = definition;
      return { ...values, fromDays, toDays, measure: measureValues({ ...definition, type: 'conversion' }) };
    }
    default:
      return { ...values, measure: measureValues(definition) };
  }
}

function percentOf(share: number): number {
  return Number((share * 100).toPrecision(12));
}

const shareOf = (percent: number | string): number => Number((Number(percent) / 100).toPrecision(12));

function selectionOf({ event, filter }: SelectionValues) {
  const read = filterOf(filter);
  return { event: event ?? '', ...(read !== undefined && { filter: read }) };
}

/** What a measure of a type can have. */
export const takesNumber = (type: MeasureType): boolean => !['conversion', 'active-days', 'count'].includes(type);
export const takesCap = (type: MeasureType): boolean => takesNumber(type) || type === 'count';

function measureOf(values: MeasureValues, type = values.type) {
  const { property, cap, capValue, capLevel } = values;
  const capped: MetricCap =
    cap === 'value' ? { kind: 'value', value: Number(capValue) } : { kind: 'quantile', level: shareOf(capLevel) };
  return {
    type,
    ...selectionOf(values),
    ...(takesNumber(type) && property !== '' && { property }),
    ...(takesCap(type) && cap !== 'none' && { cap: capped }),
  } as Measure;
}

/** The definition that a form says; whether it is right is checked where metrics are owned. */
export function definitionOf(values: MetricValues): MetricDefinition {
  const { type, direction, minimumEffect, measure } = values;
  const goal = { direction, ...(minimumEffect !== '' && { minimumEffect: shareOf(minimumEffect) }) };
  const window = { windowHours: Number(values.windowHours), delayHours: Number(values.delayHours) };
  switch (type) {
    case 'ratio':
      return { type, numerator: measureOf(measure), denominator: measureOf(values.denominator), ...goal, ...window };
    case 'quantile': {
      const level = shareOf(values.level);
      if (values.per === 'unit') return { type, level, per: 'unit', measure: measureOf(measure), ...goal, ...window };
      const property = measure.property !== '' && { property: measure.property };
      return { type, level, per: 'event', ...selectionOf(measure), ...property, ...goal, ...window };
    }
    case 'funnel':
      return { type, steps: values.steps.map(selectionOf), withinHours: Number(values.withinHours), ...goal, ...window };
    case 'retention':
      return { type, ...selectionOf(measure), fromDays: Number(values.fromDays), toDays: Number(values.toDays), ...goal };
    default:
      return { ...measureOf(measure, type), ...goal, ...window };
  }
}
