export type {
  ArmResult,
  ComputedMetric,
  ExperimentResults,
  ExposureCounts,
  FailedMetric,
  MetricArm,
  MetricComparison,
  MetricFailureCode,
  MetricResult,
  SampleRatioResult,
} from './results/experiment-results.ts';
export { statsService } from './service.ts';
