import type { PropertyFilter } from '../property-filters/property-filter.ts';

/** What one number per unit can be made of its events. */
export const measureTypes = [
  'conversion',
  'count',
  'sum',
  'mean',
  'minimum',
  'maximum',
  'last',
  'distinct-values',
  'active-days',
] as const;

export type MeasureType = (typeof measureTypes)[number];

/** What a metric can be. */
export const metricTypes = [...measureTypes, 'ratio', 'quantile', 'funnel', 'retention'] as const;

export type MetricType = (typeof metricTypes)[number];

/** Which way is better. */
export const metricDirections = ['increase', 'decrease'] as const;

export type MetricDirection = (typeof metricDirections)[number];

/** Which events count: those of this key, and of these the ones that pass the filter. */
export interface EventSelection {
  /** The key of an event definition. */
  readonly event: string;
  readonly filter?: PropertyFilter;
}

/** The most that one unit may weigh: what exceeds it counts as it. */
export type MetricCap =
  | { readonly kind: 'value'; readonly value: number }
  /** The quantile of this level (0.5 ≤ level < 1) of the values that are not zero, over all arms together; then frozen. */
  | { readonly kind: 'quantile'; readonly level: number };

/** Whether a unit has such an event: 1 or 0. */
export interface ConversionMeasure extends EventSelection {
  readonly type: 'conversion';
}

/** How many such events a unit has. */
export interface CountMeasure extends EventSelection {
  readonly type: 'count';
  readonly cap?: MetricCap;
}

/** Something of the numbers that a unit's events carry; 0 for a unit without any. */
export interface ValueMeasure extends EventSelection {
  readonly type: 'sum' | 'mean' | 'minimum' | 'maximum' | 'last';
  /** The path of a number among the properties, such as `cart.total`; left out: the value of the event. */
  readonly property?: string;
  readonly cap?: MetricCap;
}

/** How many different values a unit's events carry. */
export interface DistinctValuesMeasure extends EventSelection {
  readonly type: 'distinct-values';
  /** The path of a text, number or truth value; left out: the value of the event. */
  readonly property?: string;
  readonly cap?: MetricCap;
}

/** On how many of the days since a unit's window began it has such an event; a day has 24 hours from then. */
export interface ActiveDaysMeasure extends EventSelection {
  readonly type: 'active-days';
}

/** One number per unit. A unit without an event that counts has 0, and is part of every mean. */
export type Measure = ConversionMeasure | CountMeasure | ValueMeasure | DistinctValuesMeasure | ActiveDaysMeasure;

/** What of the effect is good, and from where on it matters. */
export interface MetricGoal {
  readonly direction: MetricDirection;
  /** The smallest relative change that matters: 0.02 is 2 %. Left out: not said. */
  readonly minimumEffect?: number;
}

/**
 * When events count: from `delayHours` after a unit's first exposure, for `windowHours`; the end is not part of it. Fractions
 * are allowed; see `hoursToMs`.
 */
export interface AttributionWindow {
  /** 0: until the end of the period that is looked at. */
  readonly windowHours: number;
  readonly delayHours: number;
}

/** The mean of a measure over units. */
export type MeasureMetric = Measure & MetricGoal & AttributionWindow;

/** The sum of one measure over the sum of another; units without either count with 0 in both. */
export interface RatioMetric extends MetricGoal, AttributionWindow {
  readonly type: 'ratio';
  readonly numerator: Measure;
  readonly denominator: Measure;
}

/** A quantile of a measure over units, or of the numbers of all events. */
export type QuantileMetric = {
  readonly type: 'quantile';
  /** 0.01 to 0.99: 0.5 is the median. */
  readonly level: number;
} & (
  | { readonly per: 'unit'; readonly measure: Measure }
  /** @see ValueMeasure.property */
  | ({ readonly per: 'event'; readonly property?: string } & EventSelection)
) &
  MetricGoal &
  AttributionWindow;

/** The share of units that do all steps in this order, the last less than `withinHours` after the first. */
export interface FunnelMetric extends MetricGoal, AttributionWindow {
  readonly type: 'funnel';
  readonly steps: readonly EventSelection[];
  readonly withinHours: number;
}

/** The share of units with such an event in [fromDays, toDays) after their first exposure; a day has 24 hours. */
export interface RetentionMetric extends EventSelection, MetricGoal {
  readonly type: 'retention';
  readonly fromDays: number;
  readonly toDays: number;
}

/** What a metric measures, and how: all that decides its numbers. */
export type MetricDefinition = MeasureMetric | RatioMetric | QuantileMetric | FunnelMetric | RetentionMetric;
