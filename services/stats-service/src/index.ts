export { analyse } from './analysis/analyse.ts';
export type { AnalysisInputs, AnalysisSettings } from './analysis/analysis-inputs.ts';
export type {
  Cell,
  DimensionFigures,
  DimensionUnits,
  Figures,
  HarmFigures,
  MeansFigures,
  MetricFigures,
  NotFiniteFigures,
  QuantileFigures,
  SinceExposure,
  StreamFigures,
} from './computation/figures.ts';
export type { ArmDecisionCode, DecisionCode, DecisionResult } from './results/decision-result.ts';
export type { ExperimentResults } from './results/experiment-results.ts';
export { healthCheckNames, type HealthCheck, type HealthCheckName } from './results/health-check.ts';
export type { ComputedMetric, EffectResult, MetricComparison, MetricResult } from './results/metric-result.ts';
export type { ResultDetails } from './results/result-details.ts';
export type { SeriesPoint } from './results/series-point.ts';
export { areEqual, type Difference } from './bundle/compare-figures.ts';
export { readBundle, type ReadBundle } from './bundle/read-bundle.ts';
export { recomputeBundle, type RecomputedBundle } from './bundle/recompute-bundle.ts';
export { bundleOf, type ResultsBundle } from './bundle/results-bundle.ts';
export type { ExperimentPlan } from './planning/experiment-plan.ts';
export type { ReplayResult } from './replay/replay-result.ts';
export { statsService } from './service.ts';
