import type { CrossMoments } from '@stitchd/statistics';

import type { Query } from './query.ts';
import type { Caps } from './unit-numbers.ts';

/** Units with something of any planned metric in the days before their first exposure, and the others. */
export type StratumName = 'history' | 'new';

/** The sufficient statistics of the units of one arm that were first exposed in one period. */
export interface Cell extends CrossMoments {
  /** Number of the period, from 1. */
  readonly period: number;
  /** Place of the arm in the plan, from 0. */
  readonly arm: number;
  readonly stratum: StratumName;
}

/** What a place in `means` stands for; `x` is `y` in the days before the unit's first exposure. */
export type MeansColumns =
  | readonly ['y']
  | readonly ['y', 'x']
  | readonly ['numerator', 'denominator']
  | readonly ['numerator', 'denominator', 'numeratorBefore', 'denominatorBefore'];

/** How much a cap by quantile took from an arm. */
export interface CappedFigures {
  /** Units above the cap. */
  readonly units: number;
  readonly sum: number;
  readonly uncappedSum: number;
}

/** What is told of one arm beside its moments, over the units whose window has closed and over all. */
export interface MetricArmFigures {
  readonly units: number;
  readonly maturedUnits: number;
  /** Units with a value that is not 0. Of a share: how many did it. Of a ratio: whose denominator is not 0. */
  readonly conversions: number;
  readonly maturedConversions: number;
  /** Of the values of all units; of a ratio, of the numerators. */
  readonly sum: number;
  /** Of the values of matured units, or of all where none has matured; null under three units or without variance. */
  readonly skewness: number | null;
  /** Of a metric with a cap by quantile. */
  readonly capped: CappedFigures | null;
  /** Of a funnel: matured units that did at least so many steps, in order. */
  readonly steps: readonly number[] | null;
  /** The largest part of all denominators that one unit has, 0…1; null where it is no ratio. */
  readonly largestShare: number | null;
}

export interface MeansFigures {
  readonly kind: 'means';
  readonly columns: MeansColumns;
  /** Whether `y` is 0 or 1. */
  readonly isShare: boolean;
  /** Units whose window has closed by the watermark: nothing that is still to come changes what they have. */
  readonly matured: readonly Cell[];
  /** All units, those whose window is open too. */
  readonly all: readonly Cell[];
  /** By place of the arm. */
  readonly arms: readonly MetricArmFigures[];
}

/** A quantile of one arm, with the quantiles at the ends of the interval of its rank. */
export interface QuantileArm {
  readonly units: number;
  /** Numbers that it is a quantile of: events, or units. */
  readonly values: number;
  /** Null without any value. */
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** That the ends were asked for at. */
  readonly criticalValue: number;
}

export interface QuantileFigures {
  readonly kind: 'quantile';
  readonly level: number;
  readonly per: 'unit' | 'event';
  /** By place of the arm. */
  readonly matured: readonly QuantileArm[];
  readonly all: readonly QuantileArm[];
}

/** Values so large that their mean or variance is no number. */
export interface NotFiniteFigures {
  readonly kind: 'not-finite';
  /** Place of the first such arm. */
  readonly arm: number;
}

export type MetricFigures = MeansFigures | QuantileFigures | NotFiniteFigures;

/** Units of one arm, by whatever they are told apart. */
export interface UnitCount {
  readonly arm: number;
  readonly units: number;
  readonly mixedUnits: number;
}

/** What happened in a short time after the exposure, of units of one period that had that time. */
export interface HarmFigures {
  /** Key of the metric: the primary one or a guardrail. */
  readonly metric: string;
  readonly windowMs: number;
  readonly period: number;
  readonly arm: number;
  readonly n: number;
  /** Units with a value that is not 0. */
  readonly conversions: number;
  /** One number, or numerator and denominator; null where they are no numbers. */
  readonly moments: CrossMoments | null;
}

/** A metric of the units with one value of a dimension; means over matured units, none of what was before. */
export interface DimensionFigures {
  /** `sdk`, `platform`, or the name of an attribute. */
  readonly name: string;
  /** '' where the exposure does not say; values beyond the most frequent ones are together under `isOther`. */
  readonly value: string;
  readonly isOther: boolean;
  readonly metric: string;
  readonly cells: readonly (CrossMoments & { readonly period: number; readonly arm: number })[];
}

export interface DimensionUnits extends UnitCount {
  readonly name: string;
  readonly value: string;
  readonly isOther: boolean;
  readonly period: number;
}

/** By what the units of one period and arm were first seen: by a read of the flag, or by a delivery of all values. */
export interface FirstSeen {
  readonly period: number;
  readonly arm: number;
  readonly reads: number;
  readonly deliveries: number;
}

/** What units did on one day after their exposure, of those that had the whole of that day. */
export interface SinceExposure {
  readonly metric: string;
  /** From 0: the first 24 hours. */
  readonly day: number;
  readonly arm: number;
  readonly n: number;
  readonly mean: number;
}

/** What each matured unit has of a metric, without its name: of so few units that only shuffled labels can judge them. */
export interface UnitValues {
  readonly metric: string;
  readonly periods: readonly {
    readonly period: number;
    /** By place of the arm; a unit is one number, or numerator and denominator. Sorted by them. */
    readonly arms: readonly (readonly (readonly number[])[])[];
  }[];
}

/** The primary metric of the units that another experiment has as well. */
export interface OverlapFigures {
  readonly experimentKey: string;
  readonly baselineVariant: string;
  /** Of the other experiment, in the order of their places. */
  readonly variants: readonly string[];
  readonly cells: readonly (CrossMoments & { readonly arm: number; readonly otherArm: number })[];
}

/** Exposures of one variant that one exclusion, or none, leaves out. */
export interface ExposureCount {
  readonly variant: string;
  /** Place of the exclusion from 1; 0: it counts. */
  readonly exclusion: number;
  readonly items: number;
  readonly withoutUnit: number;
  /** Different units among them. */
  readonly units: number;
}

/**
 * How the experiment's events of the last day, from the beginning of an hour, name its kind of unit, and how they came; a retry may
 * count twice.
 */
export interface StreamFigures {
  readonly items: number;
  /** Without a key of the unit's kind. */
  readonly withoutUnit: number;
  /** Of those, the ones whose keys belong to some unit of the kind. */
  readonly linked: number;
  /** Those that happened after the iteration was started: what is brought from the past says nothing of how items come. */
  readonly sinceStart: number;
  /** Of these, the ones that came more than an hour after they happened; 0…1. */
  readonly lateShare: number;
  /** By key of the event: items of the last day. */
  readonly byEvent: Readonly<Record<string, number>>;
}

/** Everything that results are made of. */
export interface Figures {
  /** From the raw items to every cell: what people can run themselves. */
  readonly query: Query;
  /** In the order of the planned metrics. */
  readonly metrics: readonly MetricFigures[];
  /** By place of the arm, pauses left out. */
  readonly units: readonly UnitCount[];
  /** Pauses left out. */
  readonly firstSeen: readonly FirstSeen[];
  /** By period, pauses among them. */
  readonly periodUnits: readonly (UnitCount & { readonly period: number })[];
  readonly dimensionUnits: readonly DimensionUnits[];
  readonly dimensions: readonly DimensionFigures[];
  readonly harm: readonly HarmFigures[];
  readonly bySinceExposure: readonly SinceExposure[];
  /** Of the metrics that have to be judged by shuffled labels. */
  readonly unitValues: readonly UnitValues[];
  /** null where this look did not ask: other experiments are looked at when all items are read, once a day. */
  readonly overlaps: readonly OverlapFigures[] | null;
  /** Units by day (UTC, YYYY-MM-DD) of their first exposure. */
  readonly days: readonly { readonly day: string; readonly arm: number; readonly units: number }[];
  readonly caps: Caps;
  readonly exposures: readonly ExposureCount[];
  /** Null where no metric asks for events. */
  readonly events: StreamFigures | null;
  /** Everything that was accepted until then is in the figures, as far as is known, ISO 8601; null before the first item. */
  readonly watermark: string | null;
  readonly lastExposureAt: string | null;
  /** Of the metrics' events, from any unit, in the last day. */
  readonly lastEventAt: string | null;
  /** Rows that the statements read; of those that write units' rows the embedded engine does not say it. Null where none was told. */
  readonly rowsRead: number | null;
}
