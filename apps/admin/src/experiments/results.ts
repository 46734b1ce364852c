import type { Schemas } from '@stitchd/rest-client';

export type ExperimentResults = Schemas['ExperimentResults'];
export type ArmResult = Schemas['ArmResult'];
export type MetricResult = ExperimentResults['metrics'][number];
export type ComputedMetric = Schemas['ComputedMetric'];
export type FailedMetric = Schemas['FailedMetric'];
export type MetricArm = Schemas['MetricArm'];
export type Comparison = Schemas['MetricComparison'];
export type Effect = Schemas['Effect'];
export type Interval = Schemas['Interval'];
export type HealthCheck = Schemas['HealthCheck'];
export type Decision = Schemas['ExperimentDecision'];
export type Warning = Schemas['ComparisonWarning'];
export type DaysLeft = NonNullable<Schemas['PlanResult']['daysLeft']>;

/** What was computed last; nothing before the first computation. */
export function computedOf(answer: Schemas['Results'] | undefined): ExperimentResults | undefined {
  return answer?.results;
}

/** Whether the data is so wrong that no lift may be believed. */
export function isBroken({ decision }: ExperimentResults): boolean {
  return decision.code === 'broken';
}
