import type { MetricDefinition, PropertyFilter } from '@stitchd/core';
import type { ExposureSource } from './exposure-source.ts';
import type { FailedMetric, MetricRole } from '../results/metric-result.ts';

/** A metric that can be asked for. */
export interface MetricPlan {
  readonly kind: 'planned';
  readonly key: string;
  readonly name: string;
  /** Of its definition. */
  readonly version: number;
  readonly definition: MetricDefinition;
  /** What the experiment asks of it. */
  readonly role: MetricRole;
}

/** A time in which the arms' weights did not change. */
export interface PlannedPeriod {
  /** From 1. */
  readonly number: number;
  /** ISO 8601, in order, the first at the start of the iteration. */
  readonly from: string;
  /** Units that were first exposed in a pause stay out of everything. */
  readonly isPause: boolean;
  /** Whether weights were changed after it: what is no sum over periods, as quantiles are none, leaves its units out. */
  readonly isBeforeChange?: boolean;
}

/** Traffic that results leave out. */
export interface Exclusion {
  readonly name: string;
  readonly filter: PropertyFilter;
}

/** All that a computation needs to know, once it has been found out. */
export interface ComputationPlan {
  readonly experimentId: string;
  readonly experimentKey: string;
  readonly environmentId: string;
  /** Whose exposures count. */
  readonly source: ExposureSource;
  readonly iterationId: string;
  readonly iteration: number;
  /** ISO 8601. What counts may have happened before: units that were assigned elsewhere have a past. */
  readonly startedAt: string;
  readonly assignment: string;
  readonly alpha: number;
  readonly unitKind: string;
  readonly baselineVariant: string;
  /** With their expected shares in thousandths of a percent. */
  readonly arms: readonly { readonly variant: string; readonly expectedMilliPercent: number }[];
  readonly metrics: readonly (MetricPlan | FailedMetric)[];
  readonly periods: readonly PlannedPeriod[];
  /** How long before its first exposure a unit's events say what it is like; 0: nothing is adjusted. */
  readonly prePeriodDays: number;
  /** Names of attributes that exposures carry, by which figures are told apart beside the SDK and the platform. */
  readonly dimensions: readonly string[];
  /** The first that fits an exposure leaves it out. */
  readonly exclusions: readonly Exclusion[];
}
