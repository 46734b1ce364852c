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

export {
  combineCrossMoments,
  crossMomentsFromCovariances,
  crossMomentsOf,
  emptyCrossMoments,
  removeCrossMoments,
  type CrossMoments,
} from './moments/cross-moments.ts';

// Estimates: any smooth function of means, adjusted by what was known before, over periods.
export {
  adjustedEstimates,
  type AdjustedEstimates,
  type AdjustedOutcome,
  type Stratum,
} from './adjustment/adjusted-estimates.ts';
export { leastStratumUnits } from './adjustment/limits.ts';
export { compareEstimates } from './estimate/compare-estimates.ts';
export {
  estimateOf,
  leastDenominatorDistance,
  type Estimate,
  type EstimateOutcome,
  type EstimateRefusal,
} from './estimate/estimate.ts';
export { meanStatistic, ratioStatistic, type Statistic } from './estimate/statistic.ts';
export { combinePeriods, periodWeight, type Period } from './periods/combine-periods.ts';
export { mayRaisePlan, planShare, type ArmUnits } from './periods/plan-share.ts';

// Looking more than once.
export { sequenceCriticalValue, sequencePValue, type SequenceQuestion } from './sequential/confidence-sequence.ts';
export {
  defaultTuningUnits,
  firstWeekDays,
  highestBar,
  planIsFixedFrom,
  sequenceBegins,
  sequentialInflation,
} from './sequential/limits.ts';
export {
  judgeLook,
  signedScore,
  type JudgedLook,
  type LookComparison,
  type LookOutcome,
  type LookRule,
} from './sequential/look.ts';
export { endDateCriticalValue, endDatePValue, lookPValue, obrienFlemingBoundary } from './sequential/obrien-fleming.ts';
export { crossedOrBeyond, supremumSurvival } from './sequential/supremum.ts';
export {
  hasParted,
  noLooks,
  recordLook,
  type RecordedLook,
  type SequentialState,
  type StoredVerdict,
} from './sequential/verdict.ts';

// Few units: shuffled labels.
export { seededRandom, type SeededRandom } from './random/seeded-random.ts';
export {
  defaultPermutations,
  largestDenominatorShare,
  randomisationBelowUnits,
  randomisationLooks,
} from './randomisation/limits.ts';
export {
  randomisationTest,
  type RandomisationOutcome,
  type RandomisationResult,
  type UnitPeriod,
} from './randomisation/randomisation-test.ts';
// Other estimates in the shape of a mean.
export { quantileMoments, type QuantileEstimate, type QuantileOutcome } from './quantiles/quantile-moments.ts';
export { leastDenominatorErrors, ratioMoments, type RatioOutcome, type RatioRefusal } from './ratio/ratio-moments.ts';

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
