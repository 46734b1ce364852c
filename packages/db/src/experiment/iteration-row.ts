import type { Selectable } from 'kysely';
import type { JsonValue } from '@stitchd/core';
import type { ExperimentIteration } from '../gen/schema.ts';
import type {
  Assignment,
  ExperimentKind,
  StoredAnalysis,
  StoredArm,
  StoredMetric,
  StoredPlan,
  StoredServe,
} from './experiment-row.ts';

/** A metric as an iteration is measured by it; a version is missing where the metric was gone already. */
export type IterationMetric = StoredMetric & { readonly version?: number };

/** Everything that decides the results of an iteration. */
export interface IterationSettings {
  readonly kind: ExperimentKind;
  readonly hypothesis: string;
  readonly flagKey: string;
  readonly ruleId: string;
  readonly assignment: Assignment;
  readonly unitKind: string;
  readonly baselineVariant: string;
  readonly arms: readonly StoredArm[];
  readonly metrics: readonly IterationMetric[];
  readonly alpha: number;
  readonly plan: StoredPlan;
  readonly analysis: StoredAnalysis;
  /** The split as definitions carry it, salts and ranges included; null where arms are assigned elsewhere. */
  readonly split: JsonValue;
}

/** A stretch of an iteration in which the arms' shares were constant. */
export interface StoredPeriod {
  /** Counts from 1. */
  readonly number: number;
  readonly from: Date;
  /** Undefined: until now. */
  readonly to: Date | undefined;
  readonly arms: readonly StoredArm[];
  /** At its end. */
  readonly enrolmentMilliPercent: number;
  readonly isPause: boolean;
}

/** An iteration as it is stored. */
export type IterationRow = Omit<
  Selectable<ExperimentIteration>,
  'snapshot' | 'settings' | 'served_after' | 'metric_versions' | 'grace_ms'
> & {
  /** As at the start, for ever. */
  readonly snapshot: IterationSettings;
  /** By now. */
  readonly settings: IterationSettings;
  readonly served_after: StoredServe | null;
  readonly grace_ms: number;
};

/** The columns hold nothing else: this module's writers see to it. */
export function iterationRow(row: Selectable<ExperimentIteration>): IterationRow {
  return row as unknown as IterationRow;
}
