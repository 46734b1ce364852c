// Experiments: what a service calls.
export { analyseMetric, type ArmSample, type MetricSamples } from './experiment/analyse.ts';
export { fewConversionsBelow, fewUnitsBelow, unitsPerSquaredSkewness } from './experiment/limits.ts';
export type {
  AnalysisWarning,
  ArmComparison,
  ArmSummary,
  ComparisonLiftRefusal,
  DifferenceOutcome,
  MetricAnalysis,
  MetricKind,
} from './experiment/metric-analysis.ts';
export type { ArmCount } from './sample-ratio/arm-count.ts';
export { sampleRatioTest, type SampleRatioOutcome } from './sample-ratio/chi-square-test.ts';
export { defaultConcentrations, sampleRatioEvidence, type SampleRatioEvidence } from './sample-ratio/evidence.ts';

// Sufficient statistics.
export {
  combineMoments,
  emptyMoments,
  momentsFromPopulationVariance,
  momentsOf,
  momentsOfConversions,
  removeMoments,
  sampleVariance,
  type Moments,
} from './moments/moments.ts';
export {
  bivariateMomentsOf,
  combineBivariateMoments,
  emptyBivariateMoments,
  momentsOfX,
  momentsOfY,
  removeBivariateMoments,
  type BivariateMoments,
} from './moments/bivariate-moments.ts';

// Methods, one by one.
export { welch, type DifferenceRefusal, type WelchOutcome, type WelchResult } from './difference/welch.ts';
export type { Interval } from './interval.ts';
export {
  largestFiellerG,
  pointLift,
  relativeLift,
  type LiftOutcome,
  type LiftQuestion,
  type LiftRefusal,
  type MeanEstimate,
} from './lift/relative-lift.ts';
export type { Conversions } from './proportions/conversions.ts';
export { fisherExact, type FisherResult } from './proportions/fisher-exact.ts';
export { newcombeInterval } from './proportions/newcombe.ts';
export { wilsonInterval } from './proportions/wilson.ts';
export {
  bernoulliVariance,
  minimumDetectableDifference,
  requiredUnits,
  type FixedPlan,
  type RequiredUnits,
} from './sample-size/fixed-horizon.ts';

// Special functions.
export { DomainError, type DomainErrorCode, type RefusedArgument } from './domain-error.ts';
export { betaCdf, betaQuantile } from './special-functions/beta-distribution.ts';
export { chiSquareQuantile, chiSquareSurvival } from './special-functions/chi-square.ts';
export { incompleteBeta, type BetaPoint } from './special-functions/incomplete-beta.ts';
export { incompleteGamma } from './special-functions/incomplete-gamma.ts';
export { logGamma } from './special-functions/log-gamma.ts';
export { normalCdf, normalDensity, normalQuantile, normalSurvival } from './special-functions/normal.ts';
export { studentTCdf, studentTQuantile, studentTSurvival } from './special-functions/student-t.ts';
export type { Tails } from './special-functions/tails.ts';
