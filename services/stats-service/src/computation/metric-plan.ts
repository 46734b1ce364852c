import type { MetricDefinition } from '@stitchd/core';
import type { FailedMetric } from '../results/experiment-results.ts';

/** A metric that can be asked for. */
export interface MetricPlan {
  readonly kind: 'planned';
  readonly key: string;
  readonly name: string;
  /** Of its definition; the experiment keeps it until somebody says otherwise. */
  readonly version: number;
  readonly definition: MetricDefinition;
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
}
