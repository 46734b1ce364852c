import type { MetricDefinition, PropertyFilter } from '@stitchd/core';
import type { FailedMetric } from '../results/one-look-results.ts';

/** A metric that can be asked for. */
export interface MetricPlan {
  readonly kind: 'planned';
  readonly key: string;
  readonly name: string;
  /** Of its definition. */
  readonly version: number;
  readonly definition: MetricDefinition;
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
  readonly iterationId: string;
  readonly iteration: number;
  readonly assignment: string;
  readonly alpha: number;
  readonly unitKind: string;
  readonly baselineVariant: string;
  /** With their expected shares in thousandths of a percent. */
  readonly arms: readonly { readonly variant: string; readonly expectedMilliPercent: number }[];
  readonly metrics: readonly (MetricPlan | FailedMetric)[];
  /** The first that fits an exposure leaves it out. */
  readonly exclusions: readonly Exclusion[];
}
